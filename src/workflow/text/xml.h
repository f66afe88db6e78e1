// XML documents and XPath 1.0, on pugixml. Used by criteria, selectors and payload replacements.
//
// pugixml and not libxml2, because: it never expands an entity and never opens a file or a socket, whatever the
// document says; and it matches names as they are written ("soap:Body"), which is what an author means, since Arazzo
// has no place where a prefix could be declared. XPath 2.0 and 3.x are read as far as they are XPath 1.0; the rest is
// refused by name.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "workflow/text/json.h"

namespace pugi {
class xml_document;
class xpath_query;
}  // namespace pugi

namespace workflow {

class Xml {
public:
    // The string says why it is no (acceptable) XML: not well-formed, too deep, too many nodes.
    static std::variant<Xml, std::string> parse(std::string_view text);

    std::string text() const;  // as it was, but for whitespace outside the root element

private:
    friend class XPath;
    explicit Xml(std::shared_ptr<pugi::xml_document> document) : document_(std::move(document)) {}

    std::shared_ptr<pugi::xml_document> document_;
};

// Immutable; safe to use from several threads at once on different documents.
class XPath {
public:
    static std::variant<XPath, std::string> compile(std::string_view text);

    // The effective boolean value: true, a number but 0 and NaN, a non-empty string, a node set that is not empty.
    bool holds(const Xml&) const;

    // A boolean, number or string; of a node set nothing (empty), the string value of its node (one), or an array of
    // the string values.
    std::optional<json::value> select(const Xml&) const;

    // Gives each selected element, attribute or text this content. The string says why it cannot.
    std::optional<std::string> replace(Xml&, const std::string& content) const;

private:
    explicit XPath(std::shared_ptr<const pugi::xpath_query> query) : query_(std::move(query)) {}

    std::shared_ptr<const pugi::xpath_query> query_;
};

}  // namespace workflow
