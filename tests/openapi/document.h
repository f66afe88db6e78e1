// An OpenAPI document of openapi/, as something to hold requests and answers against. Used by tests only; reads what
// these documents use of OpenAPI 3.1, and complains about the rest.

#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "http/message.h"
#include "jsonschema/schema.h"

namespace test {

class Document {
public:
    // A value within the document. References are followed.
    struct Node {
        const Document* document = nullptr;
        std::string pointer;
        const boost::json::value* value = nullptr;

        explicit operator bool() const { return value; }
        Node child(std::string_view name) const;
        std::vector<std::pair<std::string, Node>> children() const;
        std::string text(std::string_view name) const;  // empty: there is no such string
    };

    struct Operation {
        std::string method;  // "GET"
        std::string path;    // with the server's, as in the table of routes
        Node node;
        std::vector<Node> parameters;
    };

    // Throws where it is no such document.
    Document(std::string name, std::string_view text);

    const std::string& name() const { return name_; }
    const std::vector<Operation>& operations() const { return operations_; }
    const Operation* find_operation(std::string_view method, std::string_view path) const;
    Node root() const;

    // What is wrong with an instance by the schema at a place; a sentence each.
    std::vector<std::string> validate(const Node& schema, const boost::json::value& instance) const;

    // What of a request is not as it should be. A query or a body that the operation does not know is let pass.
    std::vector<std::string> check_request(const Operation&, const http::Request&) const;

    // What of an answer is not as it should be.
    std::vector<std::string> check_response(const Operation&, const http::Request&, const http::Response&) const;

    // All examples of the document that do not fit their schemas.
    std::vector<std::string> check_examples() const;

private:
    Node resolve(Node) const;
    Node find_parameter(const Operation&, std::string_view place, std::string_view name) const;
    void check_media_examples(const Node& media, std::vector<std::string>& problems) const;
    void check_examples_below(const Node&, std::set<std::string>& seen, std::vector<std::string>& problems) const;

    const std::string name_;
    const boost::json::value value_;
    std::vector<Operation> operations_;
    mutable std::map<std::string, jsonschema::Schema> schemas_;  // compiled, by their places
};

}  // namespace test
