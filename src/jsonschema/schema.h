// A JSON Schema (draft 2020-12, or OpenAPI 3.0's dialect of an older draft), compiled once, then asked about any number
// of instances. Called by whoever must check JSON that it did not write: workflow inputs, responses against an OpenAPI
// document, documents against a published schema. It never opens a file or a socket: other documents come from the
// Resolver, and only during compile().
//
// Bounds: at most `nesting_max` schemas are in evaluation inside one another (a schema that refers to itself without
// end stops there), at most `steps_max` steps are taken for one instance, at most `violations_max` violations are told.
//
// Where this stops short of the standard: patterns run on RE2, so back-references, lookbehind, and lookahead that does
// not follow a leading ^ cannot be checked (refused at compile(), or noted: see Options::unsupported_patterns). Schemas
// that name an older draft in $schema are read by the rules of 2020-12; an array in `items` is refused with a sentence
// that says so.

#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace jsonschema {

constexpr std::size_t nesting_max = 400;

enum class Dialect {
    draft_2020_12,  // also what OpenAPI 3.1 and Arazzo use
    openapi_3_0,    // nullable, boolean exclusiveMinimum and exclusiveMaximum, nothing beside $ref
};

// OpenAPI 3.0: a required property that is writeOnly may be absent from a response, one that is readOnly from a
// request.
enum class Direction { either, request, response };

enum class UnsupportedPatterns {
    refuse,  // compile() refuses the schema
    note,    // the pattern is not checked; notes() says so
};

// Finds another document by its absolute URI (without fragment); null if there is none. The document must stay alive
// until compile() returns, no longer. The metaschemas of draft 2020-12 are always known and not asked for.
using Resolver = std::function<const boost::json::value*(std::string_view uri)>;

struct Options {
    Dialect dialect = Dialect::draft_2020_12;
    // Where in the document the schema stands, as a JSON Pointer: "" when the document is the schema,
    // "/components/schemas/User" inside an OpenAPI document. $ref may then lead to anywhere in the document.
    std::string schema_pointer = {};
    // date-time, date, time, duration, email, uuid, uri, uri-reference, ipv4, ipv6, hostname, regex, json-pointer and
    // relative-json-pointer are checked (int32 and int64 too in openapi_3_0); other formats stay annotations.
    bool asserts_formats = false;
    Direction direction = Direction::either;
    UnsupportedPatterns unsupported_patterns = UnsupportedPatterns::refuse;
};

struct Violation {
    std::string instance_pointer;  // JSON Pointer to the value that is wrong; "" is the whole instance
    std::string
        schema_pointer;   // the keyword that says so: "#/properties/age/minimum", behind a URI if in another document
    std::string message;  // without the subject: "must be at least 18, is 7"; never quotes a string of the instance
};

struct CompiledSchema;

// Immutable, self-contained (it keeps nothing of the documents that it was compiled from), cheap to copy, and safe to
// use from several threads at once.
class Schema {
public:
    // Refuses (malformed) a keyword with a value that it cannot have, (not_found) a reference that leads nowhere,
    // (invalid) what this implementation cannot check: a required vocabulary that it does not know, a pattern beyond
    // RE2. The detail begins with the place in the schema. base_uri may be empty; relative references then only resolve
    // against $id.
    static Result<Schema> compile(const boost::json::value& document, std::string_view base_uri = {},
                                  const Resolver& resolver = {}, const Options& options = {});

    // Empty when the instance is valid. When the bounds are reached, the last violation says so: the instance then
    // counts as not valid.
    std::vector<Violation> validate(const boost::json::value& instance, std::size_t violations_max = 20,
                                    std::uint64_t steps_max = 10'000'000) const;

    bool is_valid(const boost::json::value& instance) const;

    // Puts the `default` of each property that an object lacks into it, through properties, items,
    // additionalProperties, patternProperties, allOf and $ref, also inside a default just put in. The first default
    // found wins. Never replaces a value, never looks into anyOf, oneOf, if or not. Refuses (limit_exceeded) without
    // changing the instance.
    Result<void> apply_defaults(boost::json::value& instance) const;

    // The default of the schema itself (through $ref and allOf), null pointer if it has none.
    const boost::json::value* find_default() const;

    // The values inside the instance, or itself, that some schema calls a secret (format: password, writeOnly): through
    // every reference and every branch, also one that does not hold. What lies inside such a value is not listed again.
    // An instance that would take too long to look through is a secret as a whole.
    std::vector<const boost::json::value*> find_secrets(const boost::json::value& instance) const;

    // What could not be checked, one sentence each, with its place.
    const std::vector<std::string>& notes() const;

private:
    explicit Schema(std::shared_ptr<const CompiledSchema> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const CompiledSchema> compiled_;
};

}  // namespace jsonschema
