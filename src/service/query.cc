#include "service/query.h"

#include <algorithm>

#include "service/router.h"

namespace service {
namespace {

constexpr std::size_t parameters_max = 100;

std::optional<std::string> decode(std::string_view text) {
    std::string with_spaces(text);
    std::replace(with_spaces.begin(), with_spaces.end(), '+', ' ');
    return decode_percent(with_spaces);
}

}  // namespace

Result<std::vector<QueryParameter>> parse_query(std::string_view query) {
    std::vector<QueryParameter> parameters;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = decode(pair.substr(0, equals));
        const std::string_view sent = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        auto value = decode(sent);
        if (!name || !value || parameters.size() == parameters_max)
            return Error{Reason::malformed, "The query of the request is not well formed."};
        std::string literal = sent.find('+') == std::string_view::npos ? *value : decode_percent(sent).value_or(*value);
        parameters.push_back({std::move(*name), std::move(*value), std::move(literal)});
    }
    return parameters;
}

const std::string* find_parameter(const std::vector<QueryParameter>& parameters, std::string_view name) {
    for (const QueryParameter& parameter : parameters)
        if (parameter.name == name) return &parameter.value;
    return nullptr;
}

}  // namespace service
