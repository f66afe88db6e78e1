// YAML by yaml-cpp's events, not by its Node tree: events carry positions and anchors, and let us count before we
// build.

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <sstream>
#include <unordered_map>

#include "workflow/document/tree_place.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

struct Refused {
    TreeError error;
};

struct Built {
    json::value value;
    Place place;
    std::size_t nodes = 1;
    int height = 1;  // levels, itself included
};

Position position_of(const YAML::Mark& mark) {
    return mark.is_null() ? Position{} : Position{mark.line + 1, mark.column + 1};
}

class Builder : public YAML::EventHandler {
public:
    explicit Builder(const TreeLimits& limits) : limits_(limits) {}

    bool is_complete() const { return complete_; }
    Built take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add({nullptr, {position_of(mark), {}, {}}}, anchor, "");
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        auto found = anchors_.find(anchor);
        if (found == anchors_.end()) refuse("an alias stands inside the node that it names", position_of(mark));
        count(found->second.nodes, position_of(mark));
        check_depth(found->second.height, position_of(mark));
        Built copy = found->second;
        add(std::move(copy), 0, copy.value.is_string() ? std::string(copy.value.get_string()) : "");
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        count(1, position_of(mark));
        check_depth(1, position_of(mark));
        add({scalar(tag, text, position_of(mark)), {position_of(mark), {}, {}}}, anchor, text,
            tag == "?" && text == "<<");
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        if (tag != "?" && tag != "!" && !tag.empty() && tag != "tag:yaml.org,2002:seq")
            refuse_tag(tag, position_of(mark));
        open(json::array(), mark, anchor);
    }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        if (tag != "?" && tag != "!" && !tag.empty() && tag != "tag:yaml.org,2002:map")
            refuse_tag(tag, position_of(mark));
        open(json::object(), mark, anchor);
    }

    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Built built;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        bool key_is_merge = false;
        std::string key;
        Position key_at;
        std::vector<Built> merged;  // values of "<<", applied when the mapping closes: its own members win
    };

    [[noreturn]] void refuse(std::string message, Position at) { throw Refused{{std::move(message), at}}; }

    [[noreturn]] void refuse_tag(const std::string& tag, Position at) {
        refuse("the tag " + shorten(tag, 60) + " has no meaning in JSON", at);
    }

    void count(std::size_t nodes, Position at) {
        nodes_ += nodes;
        if (nodes_ > limits_.nodes_max)
            refuse("the document has more than " + std::to_string(limits_.nodes_max) +
                       " nodes (aliases counted as often as used)",
                   at);
    }

    void check_depth(int height, Position at) {
        if (static_cast<int>(open_.size()) + height > limits_.depth_max)
            refuse("the document is deeper than " + std::to_string(limits_.depth_max) + " levels", at);
    }

    json::value scalar(const std::string& tag, const std::string& text, Position at) {
        static constexpr std::string_view prefix = "tag:yaml.org,2002:";
        if (tag == "?" || tag.empty()) return plain_scalar(text);
        if (tag == "!") return json::value(text);
        if (!tag.starts_with(prefix)) refuse_tag(tag, at);
        auto kind = std::string_view(tag).substr(prefix.size());
        if (kind == "str") return json::value(text);
        if (kind != "null" && kind != "bool" && kind != "int" && kind != "float") refuse_tag(tag, at);
        json::value value = plain_scalar(text);
        bool fits = (kind == "null" && value.is_null()) || (kind == "bool" && value.is_bool()) ||
                    (kind == "int" && (value.is_int64() || value.is_uint64())) ||
                    (kind == "float" && value.is_number());
        if (!fits)
            refuse("\"" + shorten(text, 60) + "\" is not of the type that its tag " + shorten(tag, 60) + " says", at);
        return value;
    }

    void open(json::value empty, const YAML::Mark& mark, YAML::anchor_t anchor) {
        Position at = position_of(mark);
        count(1, at);
        check_depth(1, at);
        if (!open_.empty() && open_.back().built.value.is_object() && !open_.back().has_key)
            refuse("a key must be a scalar", at);
        open_.push_back({{std::move(empty), {at, {}, {}}}, anchor});
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        for (auto& other : done.merged) merge(done.built, other);
        add(std::move(done.built), done.anchor, "");
    }

    static void merge(Built& into, Built& other) {
        auto& object = into.value.get_object();
        std::size_t index = 0;
        for (auto& member : other.value.get_object()) {
            Place place = std::move(other.place.children[index++]);
            if (object.contains(member.key())) continue;
            object.emplace(member.key(), std::move(member.value()));
            into.place.children.push_back(std::move(place));
        }
        into.nodes += other.nodes;
        into.height = std::max(into.height, other.height);
    }

    void add_merge(Open& parent, Built built) {
        Position at = built.place.at;
        auto take = [&](Built one) {
            if (!one.value.is_object()) refuse("\"<<\" merges mappings only", at);
            parent.merged.push_back(std::move(one));
        };
        if (!built.value.is_array()) return take(std::move(built));
        for (std::size_t i = 0; i < built.value.get_array().size(); ++i)
            take(
                {std::move(built.value.get_array()[i]), std::move(built.place.children[i]), built.nodes, built.height});
    }

    void add(Built built, YAML::anchor_t anchor, const std::string& text, bool is_merge = false) {
        if (anchor) anchors_[anchor] = built;
        if (open_.empty()) {
            root_ = std::move(built);
            complete_ = true;
            return;
        }
        Open& parent = open_.back();
        if (auto* array = parent.built.value.if_array()) {
            grow(parent.built, built);
            array->push_back(std::move(built.value));
            parent.built.place.children.push_back(std::move(built.place));
            return;
        }
        if (!parent.has_key) {
            if (built.value.is_structured()) refuse("a key must be a scalar", built.place.at);
            parent.has_key = true;
            parent.key_is_merge = is_merge;
            parent.key = built.value.is_string() || !text.empty() ? key_text(built, text) : std::string();
            parent.key_at = built.place.at;
            return;
        }
        parent.has_key = false;
        if (parent.key_is_merge) return add_merge(parent, std::move(built));
        auto& object = parent.built.value.get_object();
        if (object.contains(parent.key))
            refuse("the key \"" + shorten(parent.key, 60) + "\" stands twice in one mapping", parent.key_at);
        grow(parent.built, built);
        built.place.name = parent.key_at;
        object.emplace(parent.key, std::move(built.value));
        parent.built.place.children.push_back(std::move(built.place));
    }

    static std::string key_text(const Built& built, const std::string& text) {
        return built.value.is_string() ? std::string(built.value.get_string()) : text;  // 200: is the key "200"
    }

    static void grow(Built& parent, const Built& child) {
        parent.nodes += child.nodes;
        parent.height = std::max(parent.height, child.height + 1);
    }

    const TreeLimits& limits_;
    std::vector<Open> open_;
    std::unordered_map<YAML::anchor_t, Built> anchors_;
    std::size_t nodes_ = 0;
    Built root_;
    bool complete_ = false;
};

}  // namespace

std::variant<Tree, TreeError> read_yaml(std::string_view text, const TreeLimits& limits) {
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        Builder builder(limits);
        if (!parser.HandleNextDocument(builder) || !builder.is_complete())
            return TreeError{"the document is empty", {1, 1}};
        Builder rest(limits);
        if (parser.HandleNextDocument(rest)) return TreeError{"the file holds more than one document", {1, 1}};
        Built built = builder.take();
        return Tree(std::move(built.value), std::make_unique<Place>(std::move(built.place)));
    } catch (const Refused& refused) {
        return refused.error;
    } catch (const YAML::Exception& error) {
        return TreeError{"not YAML: " + error.msg, position_of(error.mark)};
    }
}

json::value plain_scalar(std::string_view text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;

    bool negative = text[0] == '-';
    auto digits = text[0] == '-' || text[0] == '+' ? text.substr(1) : text;
    if (digits.empty()) return json::value(json::string_view(text.data(), text.size()));
    auto whole = [&](std::string_view of, int base) -> json::value {
        std::uint64_t number = 0;
        auto [end, failed] = std::from_chars(of.data(), of.data() + of.size(), number, base);
        if (failed != std::errc() || end != of.data() + of.size() || of.empty()) return nullptr;
        if (negative) {
            if (number > std::uint64_t{1} << 63) return nullptr;
            return static_cast<std::int64_t>(0 - number);
        }
        return number <= INT64_MAX ? json::value(static_cast<std::int64_t>(number)) : json::value(number);
    };
    if (digits.size() == text.size() && digits.starts_with("0x"))
        if (auto value = whole(digits.substr(2), 16); !value.is_null()) return value;
    if (digits.size() == text.size() && digits.starts_with("0o"))
        if (auto value = whole(digits.substr(2), 8); !value.is_null()) return value;
    if (digits.find_first_not_of("0123456789") == std::string_view::npos)
        if (auto value = whole(digits, 10); !value.is_null()) return value;
    const auto significant = digits.find_first_not_of('0');
    if (digits.size() > 18 && digits.find_first_not_of("0123456789") == std::string_view::npos &&
        significant != std::string_view::npos)
        return make_big_integer((negative ? "-" : "") + std::string(digits.substr(significant)));

    // [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
    bool could_be_float = digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
                          digits.find_first_of("0123456789") <= 1 && digits[0] != 'e' && digits[0] != 'E' &&
                          digits[0] != '+' && digits[0] != '-';
    if (could_be_float) {
        std::string plain(digits);
        for (std::size_t i = 0; i + 1 < plain.size(); ++i)  // std::from_chars wants no '+' in an exponent
            if ((plain[i] == 'e' || plain[i] == 'E') && plain[i + 1] == '+') plain.erase(i + 1, 1);
        double number = 0;
        auto [end, failed] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
        if (failed == std::errc() && end == plain.data() + plain.size() && std::isfinite(number))
            return negative ? -number : number;
    }
    return json::value(json::string_view(text.data(), text.size()));
}

}  // namespace workflow
