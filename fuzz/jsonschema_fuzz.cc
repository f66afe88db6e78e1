// jsonschema::Schema on any schema and any instance: the first line is the schema, the rest the instance. No crash, no
// check beyond its bounds, the same verdict whether it is explained or not, and every violation points into the
// instance.

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "json/compare.h"
#include "json/pointer.h"
#include "jsonschema/schema.h"

namespace {

constexpr std::uint64_t steps_max = 50'000;

void require(bool condition) {
    if (!condition) std::abort();
}

std::optional<boost::json::value> read(std::string_view text) {
    boost::json::error_code failure;
    boost::json::value document = boost::json::parse({text.data(), text.size()}, failure);
    return failure ? std::nullopt : std::optional(std::move(document));
}

void check_defaults(const jsonschema::Schema& schema, const boost::json::value& instance) {
    boost::json::value filled = instance;
    if (!schema.apply_defaults(filled).ok()) require(json::are_equal(filled, instance));
}

void check(const jsonschema::Schema& schema, const boost::json::value& instance) {
    const auto violations = schema.validate(instance, 5, steps_max);
    require(violations.size() <= 5);
    for (const auto& violation : violations) {
        require(!violation.message.empty() && !violation.schema_pointer.empty());
        require(json::find_by_pointer(instance, violation.instance_pointer));
    }
    const bool was_stopped = std::any_of(violations.begin(), violations.end(), [](const auto& violation) {
        return violation.message.starts_with("was not checked");
    });
    if (!was_stopped) require(schema.validate(instance, 1, steps_max).empty() == violations.empty());
    check_defaults(schema, instance);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const auto document = read(input.substr(0, line));
    if (!document) return 0;
    const auto instance = read(input.substr(std::min(line + 1, input.size()))).value_or(*document);
    for (const auto dialect : {jsonschema::Dialect::draft_2020_12, jsonschema::Dialect::openapi_3_0}) {
        const jsonschema::Options options{.dialect = dialect, .asserts_formats = true};
        const auto schema = jsonschema::Schema::compile(*document, "http://host/schema", {}, options);
        if (schema.ok()) {
            check(schema.value(), instance);
        } else {
            require(!schema.error().detail.empty());
        }
    }
    return 0;
}
