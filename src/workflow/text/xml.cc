#include "workflow/text/xml.h"

#include <cmath>
#include <pugixml.hpp>

namespace workflow {

namespace {

constexpr int depth_max = 512;
constexpr std::size_t nodes_max = 1'000'000;
constexpr std::size_t xpath_bytes_max = 8 * 1024;

struct Bounds : pugi::xml_tree_walker {
    std::size_t nodes = 0;

    bool for_each(pugi::xml_node&) override { return depth() < depth_max && ++nodes <= nodes_max; }
};

class TextWriter : public pugi::xml_writer {
public:
    void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }

    std::string text;
};

std::string string_value(const pugi::xpath_node& node) {
    if (node.attribute()) return node.attribute().value();
    static const pugi::xpath_query of_itself("string()");
    return of_itself.evaluate_string(node);
}

}  // namespace

std::variant<Xml, std::string> Xml::parse(std::string_view text) {
    auto document = std::make_shared<pugi::xml_document>();
    auto result =
        document->load_buffer(text.data(), text.size(), pugi::parse_full | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    if (!result) return "not XML: " + std::string(result.description()) + " at byte " + std::to_string(result.offset);
    Bounds bounds;
    if (!document->traverse(bounds)) return std::string("the XML document is too deep or too large");
    return Xml(std::move(document));
}

std::string Xml::text() const {
    TextWriter writer;
    document_->save(writer, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return std::move(writer.text);
}

std::variant<XPath, std::string> XPath::compile(std::string_view text) {
    if (text.size() > xpath_bytes_max) return std::string("the XPath expression is too long");
    try {
        return XPath(std::make_shared<const pugi::xpath_query>(std::string(text).c_str()));
    } catch (const pugi::xpath_exception& error) {
        return "not XPath 1.0: " + std::string(error.what()) + " at character " +
               std::to_string(error.result().offset + 1);
    }
}

bool XPath::holds(const Xml& xml) const {
    switch (query_->return_type()) {
    case pugi::xpath_type_node_set: return !query_->evaluate_node_set(*xml.document_).empty();
    case pugi::xpath_type_string: return !query_->evaluate_string(*xml.document_).empty();
    default: return query_->evaluate_boolean(*xml.document_);
    }
}

std::optional<json::value> XPath::select(const Xml& xml) const {
    switch (query_->return_type()) {
    case pugi::xpath_type_boolean: return json::value(query_->evaluate_boolean(*xml.document_));
    case pugi::xpath_type_number: {
        double number = query_->evaluate_number(*xml.document_);
        if (std::isnan(number) || std::isinf(number)) return std::nullopt;
        if (number == std::trunc(number) && std::abs(number) < 9e15)
            return json::value(static_cast<std::int64_t>(number));
        return json::value(number);
    }
    case pugi::xpath_type_string: return json::value(query_->evaluate_string(*xml.document_));
    default: break;
    }
    auto nodes = query_->evaluate_node_set(*xml.document_);
    nodes.sort();
    if (nodes.empty()) return std::nullopt;
    if (nodes.size() == 1) return json::value(string_value(nodes[0]));
    json::array all;
    for (const auto& node : nodes) all.emplace_back(string_value(node));
    return all;
}

std::optional<std::string> XPath::replace(Xml& xml, const std::string& content) const {
    if (query_->return_type() != pugi::xpath_type_node_set) return "the target selects no node";
    auto nodes = query_->evaluate_node_set(*xml.document_);
    if (nodes.empty()) return "the target selects no node of the payload";
    for (const auto& found : nodes) {
        if (auto attribute = found.attribute()) {
            attribute.set_value(content.c_str());
            continue;
        }
        auto node = found.node();
        if (node.type() == pugi::node_element) {
            node.remove_children();
            if (!content.empty()) node.append_child(pugi::node_pcdata).set_value(content.c_str());
        } else if (!node.set_value(content.c_str())) {
            return "the target selects what can hold no value";
        }
    }
    return std::nullopt;
}

}  // namespace workflow
