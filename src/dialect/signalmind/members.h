// The members of an object of a request, as ASP.NET's clients may write them: names in any case, null as if it were not
// there, whole numbers as numbers or texts. What cannot be read is collected, not thrown back at once.

#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace signalmind {

// The member of that name, else the first whose name differs in case alone; nulls do not count.
const boost::json::value* find_member(const boost::json::object&, std::string_view name);

// An empty text or array, 0, a GUID of zeros.
bool is_nothing(const boost::json::value&);

// The object whose members say what an account is to be: the body, or what stands in its Data, for the vendor's own
// example of a change is wrapped like an answer. Null: the body is no object.
boost::json::object* find_account(boost::json::value& body);

class Members {
public:
    // `unreadable` gets an error for each member that is asked for and has a wrong type, under the engine's field.
    Members(const boost::json::object& object, std::vector<FieldError>& unreadable)
        : object_(object), unreadable_(unreadable) {}

    std::optional<std::string> text(std::string_view name, std::string_view field);
    std::optional<std::int64_t> integer(std::string_view name, std::string_view field);
    std::optional<std::string> guid(std::string_view name, std::string_view field);
    const boost::json::object* object(std::string_view name, std::string_view field);
    const boost::json::value* find(std::string_view name) const { return find_member(object_, name); }
    // The same, null also for what says nothing (is_nothing()): integer(), guid() and object() take that for absent.
    const boost::json::value* find_said(std::string_view name) const;

    void object_to(std::string_view field, Rule rule);

private:
    const boost::json::object& object_;
    std::vector<FieldError>& unreadable_;
};

std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace signalmind
