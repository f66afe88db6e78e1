// For outside judges of JSON Schema: reads one JSON object a line, {"schema": ..., "instance": ...} with "dialect"
// ("openapi_3_0") and "asserts_formats" if wanted, and answers with one line: {"violations": [...]} or {"error": ...}.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <string>

#include "jsonschema/schema.h"

namespace {

boost::json::value answer(const boost::json::object& question) {
    const auto* dialect = question.if_contains("dialect");
    const auto* asserts_formats = question.if_contains("asserts_formats");
    jsonschema::Options options;
    if (dialect && *dialect == "openapi_3_0") options.dialect = jsonschema::Dialect::openapi_3_0;
    options.asserts_formats = asserts_formats && *asserts_formats == true;
    const auto schema = jsonschema::Schema::compile(question.at("schema"), "", {}, options);
    if (!schema.ok()) return {{"error", schema.error().detail}};
    boost::json::array violations;
    for (const auto& violation : schema.value().validate(question.at("instance"))) {
        violations.push_back({{"instance", violation.instance_pointer},
                              {"schema", violation.schema_pointer},
                              {"message", violation.message}});
    }
    return {{"violations", std::move(violations)}};
}

}  // namespace

int main() {
    boost::json::parse_options options;
    options.max_depth = 200;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::cout << boost::json::serialize(answer(boost::json::parse(line, {}, options).as_object())) << std::endl;
    }
}
