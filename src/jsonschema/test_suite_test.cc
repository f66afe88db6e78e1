// The public test suite of JSON Schema draft 2020-12, from tests/data/json-schema-test-suite: the mandatory part, the
// optional part, and the formats that can be asserted. What is not run stands in a list below, with the reason.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "jsonschema/schema.h"

namespace {

namespace fs = std::filesystem;
using boost::json::object;
using boost::json::value;

const fs::path suite = PARTNERD_SOURCE_DIR "/tests/data/json-schema-test-suite";

value read_json(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    boost::json::parse_options options;
    options.max_depth = 200;
    return boost::json::parse(text.str(), {}, options);
}

std::string text(const value& string) { return {string.as_string().data(), string.as_string().size()}; }

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

// What the suite expects to be served at http://localhost:1234/.
const value* find_remote(std::string_view uri) {
    static const auto remotes = [] {
        std::map<std::string, value, std::less<>> by_uri;
        for (const auto& file : files_in(suite / "remotes")) {
            by_uri.emplace("http://localhost:1234/" + fs::relative(file, suite / "remotes").string(), read_json(file));
        }
        return by_uri;
    }();
    const auto found = remotes.find(uri);
    return found == remotes.end() ? nullptr : &found->second;
}

struct Skipped {
    const char* file;
    const char* group;
    const char* test;  // null: the whole group
    const char* reason;
};

const Skipped skipped[] = {
    {"optional/format/hostname.json", "validation of A-label (punycode) host names", nullptr,
     "an internationalised label is checked by its ASCII form only"},
};

const char* find_reason_to_skip(const std::string& file, const std::string& group, const std::string& test) {
    for (const auto& entry : skipped) {
        if (file == entry.file && group == entry.group && (!entry.test || test == entry.test)) return entry.reason;
    }
    return nullptr;
}

class Draft202012 : public testing::TestWithParam<std::string> {};

void run_group(const std::string& file, const object& group, std::size_t& run) {
    const std::string group_name = text(group.at("description"));
    jsonschema::Options options;
    options.asserts_formats = file.starts_with("optional/format/");
    const auto schema = jsonschema::Schema::compile(group.at("schema"), "", find_remote, options);
    ASSERT_TRUE(schema.ok()) << group_name << ": " << schema.error().detail;
    for (const auto& test : group.at("tests").as_array()) {
        const std::string name = text(test.at("description"));
        if (find_reason_to_skip(file, group_name, name)) continue;
        const auto violations = schema.value().validate(test.at("data"));
        EXPECT_EQ(violations.empty(), test.at("valid").as_bool())
            << group_name << ": " << name << "\n"
            << boost::json::serialize(group.at("schema")) << "\n"
            << boost::json::serialize(test.at("data")) << (violations.empty() ? "" : "\n" + violations[0].message);
        EXPECT_EQ(schema.value().is_valid(test.at("data")), violations.empty()) << group_name << ": " << name;
        ++run;
    }
}

}  // namespace

TEST_P(Draft202012, File) {
    const value groups = read_json(suite / "tests/draft2020-12" / GetParam());
    std::size_t run = 0;
    for (const auto& group : groups.as_array()) run_group(GetParam(), group.as_object(), run);
    EXPECT_GT(run, 0u);
}

INSTANTIATE_TEST_SUITE_P(JsonSchema, Draft202012, testing::ValuesIn([] {
                             std::vector<std::string> names;
                             const fs::path folder = suite / "tests/draft2020-12";
                             for (const auto& file : files_in(folder))
                                 names.push_back(fs::relative(file, folder).string());
                             return names;
                         }()),
                         [](const auto& info) {
                             std::string name = info.param.substr(0, info.param.size() - 5);
                             std::replace_if(
                                 name.begin(), name.end(),
                                 [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
                             return name;
                         });

TEST(TestSuite, WhatIsSkippedExists) {
    for (const auto& entry : skipped) {
        const value groups = read_json(suite / "tests/draft2020-12" / entry.file);
        EXPECT_TRUE(std::any_of(groups.as_array().begin(), groups.as_array().end(),
                                [&](const value& group) { return text(group.at("description")) == entry.group; }))
            << entry.file << ": " << entry.group;
    }
}

TEST(TestSuite, EverySchemaOfTheSuiteIsValidByTheMetaschema) {
    const value reference = {{"$ref", "https://json-schema.org/draft/2020-12/schema"}};
    const auto metaschema = jsonschema::Schema::compile(reference);
    ASSERT_TRUE(metaschema.ok()) << metaschema.error().detail;
    for (const auto& file : files_in(suite / "tests/draft2020-12")) {
        const value groups = read_json(file);
        for (const auto& group : groups.as_array()) {
            EXPECT_TRUE(metaschema.value().is_valid(group.at("schema")))
                << file << ": " << boost::json::serialize(group.at("schema"));
        }
    }
    EXPECT_FALSE(metaschema.value().is_valid(value{{"properties", {{"a", {{"minimum", "1"}}}}}}));
}
