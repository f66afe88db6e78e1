#include "workflow/text/url.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace workflow {
namespace {

TEST(Url, goes_from_a_path_to_a_url_and_back) {
    EXPECT_EQ(url_of_path("/tmp/a b/x#1.yml"), "file:///tmp/a%20b/x%231.yml");
    EXPECT_EQ(path_of_url("file:///tmp/a%20b/x%231.yml"), "/tmp/a b/x#1.yml");
    EXPECT_EQ(path_of_url("http://a/b"), std::nullopt);
    EXPECT_EQ(path_of_url("file://elsewhere/b"), std::nullopt);
    EXPECT_EQ(url_of_path("https://a/b"), "https://a/b");
    EXPECT_EQ(display_name(url_of_path((std::filesystem::current_path() / "x.yml").string())), "x.yml");
    EXPECT_EQ(display_name("https://a/b"), "https://a/b");
}

}  // namespace
}  // namespace workflow
