// Lists by pages: a page is cut out of an order that does not change, at a place, forwards or backwards. Whoever goes
// from page to page sees everything that was there all the time once, whatever others write meanwhile.

#pragma once

#include <algorithm>
#include <optional>
#include <vector>

template <class Place>
struct PageRequest {
    int size = 50;
    std::optional<Place> from;  // without what is there; absent: from the beginning
    bool backwards = false;     // the page that ends there
};

template <class Item, class Place>
struct Page {
    std::vector<Item> items;
    std::optional<Place> next;      // ask for the page from there; absent: this was the last
    std::optional<Place> previous;  // ask for the page backwards from there; absent: this was the first
};

// From what was read in the direction of the request, one more than a page if there was one: the page.
template <class Item, class Place, class PlaceOf>
Page<Item, Place> cut_page(std::vector<Item> read, const PageRequest<Place>& request, PlaceOf place_of) {
    const bool has_more = read.size() > static_cast<std::size_t>(request.size);
    if (has_more) read.resize(static_cast<std::size_t>(request.size));
    if (request.backwards) std::reverse(read.begin(), read.end());
    Page<Item, Place> page{std::move(read), std::nullopt, std::nullopt};
    if (page.items.empty()) return page;
    const bool has_next = request.backwards || has_more;
    const bool has_previous = request.backwards ? has_more : request.from.has_value();
    if (has_next) page.next = place_of(page.items.back());
    if (has_previous) page.previous = place_of(page.items.front());
    return page;
}
