// What requests to the operator API are made of: a JSON object, a query, numbers in paths, versions. Everything that is
// wrong with a body or a query is said at once, member by member, and what is not known is wrong too: a misspelt
// setting must not pass for one that was left out. Used by the parsers of this folder and of sandbox/.

#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "engine/page.h"
#include "model/account.h"
#include "service/dialect.h"
#include "service/query.h"

namespace admin {

constexpr int page_size_max = 200;

// Collects what is wrong with the members of one request.
class Objections {
public:
    void add(std::string_view field, Rule rule, std::string_view detail);
    // Refuses: invalid, with all that has been added.
    Result<void> check() const;

private:
    std::vector<FieldError> fields_;
};

// The body's members. Each is asked for once; finish() refuses the rest. A member that has to be there or has a wrong
// type gives an objection and an empty value.
class Body {
public:
    // Refuses: malformed (no JSON object). No body at all is an empty object.
    static Result<Body> read(const service::Call&);

    bool has(std::string_view name) const { return object_.contains(name); }
    bool is_null(std::string_view name) const { return has(name) && object_.at(name).is_null(); }

    std::string text(std::string_view name);                      // must be there
    std::optional<std::string> find_text(std::string_view name);  // null counts as absent, here and below
    std::optional<std::int64_t> find_integer(std::string_view name);
    std::int64_t integer(std::string_view name);
    std::optional<bool> find_boolean(std::string_view name);
    std::optional<double> find_number(std::string_view name);
    std::optional<Instant> find_instant(std::string_view name);                    // RFC 3339
    std::optional<std::chrono::milliseconds> find_seconds(std::string_view name);  // whole ones, up to 100 years
    AccountType account_type(std::string_view name);                               // must be there
    const boost::json::value* find(std::string_view name) { return ask(name); }    // for what is no single value
    const boost::json::array* array(
        std::string_view name);  // must be there; null: it is not. As long as the Body lives.

    void object_to(std::string_view field, Rule rule, std::string_view detail) { objections_.add(field, rule, detail); }
    // Refuses: invalid (all objections, members that nobody asked for).
    Result<void> finish();

private:
    const boost::json::value* ask(std::string_view name);

    boost::json::object object_;
    std::vector<std::string> asked_;
    Objections objections_;
};

// The same for the parameters of a query.
class Query {
public:
    static Result<Query> read(const service::Call&);

    std::optional<std::string> find_text(std::string_view name);
    std::optional<std::string> find_email(std::string_view name);  // with its plus signs as they are
    std::optional<std::int64_t> find_id(std::string_view name);
    std::optional<bool> find_boolean(std::string_view name);
    std::optional<Instant> find_instant(std::string_view name);
    std::optional<AccountType> find_account_type(std::string_view name);
    int page_size();  // "limit", 1 to 200; 50

    void object_to(std::string_view field, Rule rule, std::string_view detail) { objections_.add(field, rule, detail); }
    Result<void> finish();

private:
    std::vector<service::QueryParameter> parameters_;
    std::vector<std::string> asked_;
    Objections objections_;
};

// What stands in a path where an id belongs. Refuses: not_found, as an id that nobody has.
Result<std::int64_t> parse_id(const std::string& text);

std::optional<AccountType> parse_account_type(std::string_view);

// "+03:00" <-> minutes
std::optional<std::chrono::minutes> parse_utc_offset(std::string_view);
std::string format_utc_offset(std::chrono::minutes);

}  // namespace admin
