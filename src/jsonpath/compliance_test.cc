// The whole public compliance suite of RFC 9535, from tests/data/jsonpath-cts: each case by its own name.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>

#include "json/compare.h"
#include "jsonpath/query.h"

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

const array& cases() {
    static const value suite = [] {
        std::ifstream file(PARTNERD_SOURCE_DIR "/tests/data/jsonpath-cts/cts.json");
        std::ostringstream text;
        text << file.rdbuf();
        return boost::json::parse(text.str());
    }();
    return suite.at("tests").as_array();
}

std::string_view selector_of(const object& test) {
    const auto& selector = test.at("selector").as_string();
    return {selector.data(), selector.size()};
}

// The acceptable outcomes: one, or several where RFC 9535 leaves the order open.
std::vector<array> outcomes(const object& test, const char* one, const char* several) {
    std::vector<array> list;
    if (const auto* result = test.if_contains(one)) list.push_back(result->as_array());
    if (const auto* results = test.if_contains(several)) {
        for (const auto& result : results->as_array()) list.push_back(result.as_array());
    }
    return list;
}

bool is_among(const array& found, const std::vector<array>& accepted) {
    return std::any_of(accepted.begin(), accepted.end(), [&](const array& one) { return json::are_equal(found, one); });
}

class Compliance : public testing::TestWithParam<std::size_t> {
protected:
    const object& test() const { return cases()[GetParam()].as_object(); }
};

}  // namespace

TEST_P(Compliance, Case) {
    SCOPED_TRACE(boost::json::serialize(test()));
    const auto query = jsonpath::Query::compile(selector_of(test()));
    if (test().contains("invalid_selector")) {
        ASSERT_FALSE(query.ok());
        EXPECT_EQ(query.error().reason, Reason::malformed);
        return;
    }
    ASSERT_TRUE(query.ok()) << query.error().detail;
    const auto selected = query.value().select(test().at("document"));
    const auto located = query.value().select_located(test().at("document"));
    ASSERT_TRUE(selected.ok() && located.ok());

    array values, paths;
    for (const auto* node : selected.value()) values.push_back(*node);
    for (const auto& node : located.value()) paths.push_back(boost::json::string(node.path));
    EXPECT_TRUE(is_among(values, outcomes(test(), "result", "results"))) << boost::json::serialize(values);
    EXPECT_TRUE(is_among(paths, outcomes(test(), "result_paths", "results_paths"))) << boost::json::serialize(paths);
    EXPECT_EQ(query.value().selects_any(test().at("document")).value(), !values.empty());
}

INSTANTIATE_TEST_SUITE_P(Rfc9535, Compliance, testing::Range<std::size_t>(0, 703));

TEST(ComplianceSuite, HasTheNumberOfCasesThatAreRun) { EXPECT_EQ(cases().size(), 703u); }
