// ObjectReader: takes the fields of one object of a document, and complains about those that are missing, of the wrong
// type, or not known. Used by read_document.cc.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "workflow/document/diagnostics.h"
#include "workflow/text/text.h"

namespace workflow {

class ObjectReader {
public:
    // `what` names the object in messages: "a step". The value need not be an object: it then has no fields.
    ObjectReader(const json::value& value, std::string what, Diagnostics& diagnostics);

    bool is_object() const { return object_; }
    const json::value& node() const { return value_; }

    const json::value* any(std::string_view name);  // null: absent
    const json::value* required(std::string_view name, std::string_view example);
    std::string text(std::string_view name);  // empty: absent or wrong
    std::string required_text(std::string_view name, std::string_view example);
    const json::array* array(std::string_view name);
    const json::object* map(std::string_view name);

    // Complains about all that is neither in the list nor an extension. `newer`: fields that a later version knows.
    void allow_only(std::initializer_list<std::string_view> known, std::initializer_list<std::string_view> newer = {});

private:
    void wrong_type(const json::value&, std::string_view name, std::string_view type);

    const json::value& value_;
    const json::object* object_;
    std::string what_;
    Diagnostics& diagnostics_;
};

}  // namespace workflow
