// jsonpath::Query on any text, against any document: the first line is the query, the rest the document. No crash, no
// run beyond its steps, the same nodes in each way of asking, and every normalized path leads back to its node alone.

#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "jsonpath/query.h"

namespace {

constexpr std::uint64_t steps_max = 20'000;

void require(bool condition) {
    if (!condition) std::abort();
}

boost::json::value read_document(std::string_view text) {
    boost::json::error_code failure;
    boost::json::value document = boost::json::parse({text.data(), text.size()}, failure);
    if (!failure) return document;
    return boost::json::parse(
        R"({"a":[1,2.5,"x",null,true,{"b":{"c":[[],{}]}}],"b":"a.*","":{"'\n":-1},"c":[[1,2],[3,[4]]]})");
}

void check(const jsonpath::Query& query, const boost::json::value& document) {
    const auto selected = query.select(document, steps_max);
    const auto located = query.select_located(document, steps_max);
    require(selected.ok() == located.ok());
    const auto any = query.selects_any(document, steps_max);
    if (!selected.ok()) return;
    require(any.ok() && any.value() == !selected.value().empty());
    require(selected.value().size() == located.value().size());
    require(!query.is_singular() || selected.value().size() <= 1);
    for (std::size_t i = 0; i < selected.value().size() && i < 50; ++i) {
        const auto& node = located.value()[i];
        require(node.value == selected.value()[i]);
        const auto path = jsonpath::Query::compile(node.path);
        require(path.ok() && path.value().is_singular());
        require(path.value().select(document).value() == jsonpath::Nodelist{node.value});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const auto query = jsonpath::Query::compile(input.substr(0, line));
    if (!query.ok()) {
        require(query.error().reason == Reason::malformed && !query.error().detail.empty());
        return 0;
    }
    check(query.value(), read_document(input.substr(std::min(line + 1, input.size()))));
    return 0;
}
