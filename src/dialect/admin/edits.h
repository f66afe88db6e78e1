// Reads the members that set up managers and the catalogue, the same for POST and PATCH: each member that is there
// becomes one edit of the entry; null is as good as nothing where a member has a value that means nothing.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decimal.h"
#include "dialect/admin/request.h"
#include "json/writer.h"
#include "service/conditions.h"

namespace admin {

template <class Entry>
class Edits {
public:
    explicit Edits(Body& body) : body_(body) {}

    Edits& text(std::string_view name, std::string Entry::*member) {
        if (body_.has(name)) set(member, body_.find_text(name).value_or(""));
        return *this;
    }
    Edits& text(std::string_view name, std::optional<std::string> Entry::*member) {
        if (body_.has(name)) set(member, body_.find_text(name));
        return *this;
    }
    Edits& integer(std::string_view name, std::int64_t Entry::*member) {
        if (body_.has(name)) set(member, body_.find_integer(name).value_or(0));
        return *this;
    }
    Edits& integer(std::string_view name, std::optional<std::int64_t> Entry::*member) {
        if (body_.has(name)) set(member, body_.find_integer(name));
        return *this;
    }
    Edits& boolean(std::string_view name, bool Entry::*member) {
        if (body_.has(name)) set(member, body_.find_boolean(name).value_or(false));
        return *this;
    }
    // "12.5"
    Edits& amount(std::string_view name, Decimal Entry::*member) {
        if (!body_.has(name)) return *this;
        const auto amount = parse_decimal(body_.find_text(name).value_or("0"));
        if (!amount)
            body_.object_to(name, Rule::bad_format, "It must be an amount with at most four places, as a string.");
        set(member, amount.value_or(Decimal()));
        return *this;
    }
    // One of an enumeration's words, of those from 1 to last.
    template <class Word>
    Edits& word(std::string_view name, Word Entry::*member, Word last) {
        if (!body_.has(name)) return *this;
        const std::string text = body_.text(name);
        for (int number = 1; number <= int(last); ++number)
            if (to_string(Word(number)) == text) {
                set(member, Word(number));
                return *this;
            }
        body_.object_to(name, Rule::unsupported, "It is none of the words that can stand here.");
        return *this;
    }
    template <class Value>
    void set(Value Entry::*member, Value value) {
        edits_.push_back([member, value = std::move(value)](Entry& entry) { entry.*member = value; });
    }

    std::vector<std::function<void(Entry&)>> finish() { return std::move(edits_); }

private:
    Body& body_;
    std::vector<std::function<void(Entry&)>> edits_;
};

// A whole list, at once.
template <class Entry, class Write>
http::Response render_entries(std::string_view name, const std::vector<Entry>& entries, Write write) {
    ::json::JsonWriter json(2'048);
    json.open_object().open_array(name);
    for (const Entry& entry : entries) write(json, entry);
    json.close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

template <class Entry, class Write>
http::Response render_entry(int status, const Entry& entry, Write write) {
    ::json::JsonWriter json;
    write(json, entry);
    http::Response response{.status = status, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, entry.version);
    return response;
}

}  // namespace admin
