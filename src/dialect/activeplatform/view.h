// View: what a request's query says about the answer, as JSON:API has it: which fields of which type, which related
// resources, in which order, which page. The same for all routes of this dialect; what a route does not know is
// refused.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "service/query.h"

namespace activeplatform {

// A sparse fieldset of one type; all fields unless the query names some.
class Fields {
public:
    Fields() = default;
    explicit Fields(std::set<std::string, std::less<>> names) : names_(std::move(names)) {}

    bool wants(std::string_view name) const { return !names_ || names_->contains(name); }

private:
    std::optional<std::set<std::string, std::less<>>> names_;
};

struct SortField {
    std::string name;
    bool descending = false;
};

struct View {
    std::map<std::string, Fields, std::less<>> fields;  // by type
    std::set<std::string, std::less<>> include;
    std::vector<SortField> sort;
    std::int64_t page_number = 1;
    std::int64_t page_size = 50;
    std::vector<service::QueryParameter> filters;  // "email", "created_at][gt": what stands between the outer brackets

    const Fields& fields_of(std::string_view type) const;
    bool includes(std::string_view relationship) const { return include.contains(relationship); }
};

// What a route lets its callers ask for.
struct Allowed {
    std::map<std::string_view, std::vector<std::string_view>>
        fields;  // type -> its attributes and relationships; none: any
    std::vector<std::string_view> include;
    std::vector<std::string_view> sort;
    std::vector<std::string_view> filters;
    bool pages = false;
};

constexpr std::int64_t page_size_max = 500;

// Refuses (malformed, field "?name" for the parameter): a query that is not well formed; a parameter that is unknown or
// stands twice, an unknown type, field, relationship, sort field or filter; a page number or size that is no number
// from 1 on, or a size over page_size_max.
Result<View> read_view(std::string_view query, const Allowed&);

// A link to another page of the same list.
std::string link_to_page(std::string_view path, std::string_view query, std::int64_t number, std::int64_t size);

std::vector<std::string> split(std::string_view list, char separator);

}  // namespace activeplatform
