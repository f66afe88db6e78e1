// For outside judges of JSONPath: reads one JSON object a line, {"selector": ..., "document": ...}, and answers with
// one line: the array of the selected values, or {"error": ...}.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <string>

#include "jsonpath/query.h"

namespace {

boost::json::value answer(const boost::json::value& question) {
    const auto& selector = question.at("selector").as_string();
    const auto query = jsonpath::Query::compile({selector.data(), selector.size()});
    if (!query.ok()) return {{"error", query.error().detail}};
    const auto selected = query.value().select(question.at("document"));
    if (!selected.ok()) return {{"error", selected.error().detail}};
    boost::json::array values;
    for (const auto* node : selected.value()) values.push_back(*node);
    return values;
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line))
        std::cout << boost::json::serialize(answer(boost::json::parse(line))) << std::endl;
}
