#include "workflow/document/tree.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include "workflow/document/tree_place.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

// Which node stands where is looked up once for all of them: a document may have as many faults as nodes.
struct IndexedPlace : Place {
    explicit IndexedPlace(Place place) : Place(std::move(place)) {}

    std::once_flag once;
    std::unordered_map<const json::value*, const Place*> of_nodes;
};

void index(const json::value& value, const Place& place, IndexedPlace& into) {
    into.of_nodes.emplace(&value, &place);
    std::size_t child = 0;
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) index(element, place.children[child++], into);
    } else if (const auto* object = value.if_object()) {
        for (const auto& member : *object) index(member.value(), place.children[child++], into);
    }
}

const Place* find_place(const json::value& root, Place& place, const json::value* wanted) {
    auto& indexed = static_cast<IndexedPlace&>(place);
    std::call_once(indexed.once, [&] { index(root, indexed, indexed); });
    const auto found = indexed.of_nodes.find(wanted);
    return found == indexed.of_nodes.end() ? nullptr : found->second;
}

void visit_places(const json::value& value, const Place& place, std::string& pointer, const Tree::VisitPlace& visit) {
    visit(pointer, place.at, place.name);
    const std::size_t before = pointer.size();
    std::size_t index = 0;
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) {
            pointer += "/" + std::to_string(index);
            visit_places(element, place.children[index++], pointer, visit);
            pointer.resize(before);
        }
    } else if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            pointer += '/';
            for (char c : member.key()) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
            visit_places(member.value(), place.children[index++], pointer, visit);
            pointer.resize(before);
        }
    }
}

}  // namespace

void Tree::for_each_place(const VisitPlace& visit) const {
    std::string pointer;
    visit_places(content_->root, *content_->places, pointer, visit);
}

Tree::Tree(json::value root, std::unique_ptr<Place> places)
    : content_(std::make_shared<const Content>(
          Content{std::move(root), std::make_shared<IndexedPlace>(std::move(*places))})) {}

Position Tree::position_of(const json::value& node) const {
    const Place* place = find_place(content_->root, *content_->places, &node);
    return place ? place->at : Position{};
}

Position Tree::name_position_of(const json::value& node) const {
    const Place* place = find_place(content_->root, *content_->places, &node);
    if (!place) return {};
    return place->name.line ? place->name : place->at;
}

std::variant<Tree, TreeError> read_tree(std::string_view text, std::string_view name, const TreeLimits& limits) {
    if (text.size() > limits.bytes_max)
        return TreeError{"the document is larger than " + std::to_string(limits.bytes_max) + " bytes", {}};
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (!is_utf8(text)) return TreeError{"the document is not UTF-8", {}};
    // Neither syntax allows it, and YAML's reader would guess another encoding from it.
    if (text.find('\0') != std::string_view::npos) return TreeError{"the document holds a NUL character", {}};

    bool named_json = name.ends_with(".json");
    auto first = text.find_first_not_of(" \t\r\n");
    bool opens_like_json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    if (!named_json && !opens_like_json) return read_yaml(text, limits);

    auto result = read_json(text, limits);
    if (std::holds_alternative<Tree>(result) || named_json) return result;
    auto as_yaml = read_yaml(text, limits);  // a flow mapping may open a YAML document
    return std::holds_alternative<Tree>(as_yaml) ? std::move(as_yaml) : std::move(result);
}

}  // namespace workflow
