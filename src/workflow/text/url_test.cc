#include "workflow/text/url.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace workflow {
namespace {

// RFC 3986 5.4.1 and 5.4.2.
TEST(Url, resolves_the_examples_of_rfc_3986) {
    const char* base = "http://a/b/c/d;p?q";
    const std::pair<const char*, const char*> examples[] = {{"g:h", "g:h"},
                                                            {"g", "http://a/b/c/g"},
                                                            {"./g", "http://a/b/c/g"},
                                                            {"g/", "http://a/b/c/g/"},
                                                            {"/g", "http://a/g"},
                                                            {"//g", "http://g"},
                                                            {"?y", "http://a/b/c/d;p?y"},
                                                            {"g?y", "http://a/b/c/g?y"},
                                                            {"#s", "http://a/b/c/d;p?q#s"},
                                                            {"g#s", "http://a/b/c/g#s"},
                                                            {"g?y#s", "http://a/b/c/g?y#s"},
                                                            {";x", "http://a/b/c/;x"},
                                                            {"", "http://a/b/c/d;p?q"},
                                                            {".", "http://a/b/c/"},
                                                            {"./", "http://a/b/c/"},
                                                            {"..", "http://a/b/"},
                                                            {"../", "http://a/b/"},
                                                            {"../g", "http://a/b/g"},
                                                            {"../..", "http://a/"},
                                                            {"../../g", "http://a/g"},
                                                            {"../../../g", "http://a/g"},
                                                            {"/./g", "http://a/g"},
                                                            {"/../g", "http://a/g"},
                                                            {"g.", "http://a/b/c/g."},
                                                            {"..g", "http://a/b/c/..g"},
                                                            {"./../g", "http://a/b/g"},
                                                            {"./g/.", "http://a/b/c/g/"},
                                                            {"g/./h", "http://a/b/c/g/h"},
                                                            {"g/../h", "http://a/b/c/h"},
                                                            {"g;x=1/../y", "http://a/b/c/y"},
                                                            {"g?y/../x", "http://a/b/c/g?y/../x"},
                                                            {"g#s/../x", "http://a/b/c/g#s/../x"}};
    for (const auto& [reference, expected] : examples) EXPECT_EQ(resolve_url(base, reference), expected) << reference;
}

TEST(Url, goes_from_a_path_to_a_url_and_back) {
    EXPECT_EQ(url_of_path("/tmp/a b/x#1.yml"), "file:///tmp/a%20b/x%231.yml");
    EXPECT_EQ(path_of_url("file:///tmp/a%20b/x%231.yml"), "/tmp/a b/x#1.yml");
    EXPECT_EQ(path_of_url("http://a/b"), std::nullopt);
    EXPECT_EQ(path_of_url("file://elsewhere/b"), std::nullopt);
    EXPECT_EQ(url_of_path("https://a/b"), "https://a/b");
    EXPECT_EQ(display_name(url_of_path((std::filesystem::current_path() / "x.yml").string())), "x.yml");
    EXPECT_EQ(display_name("https://a/b"), "https://a/b");
    EXPECT_EQ(resolve_url("file:///a/b/c.yml", "../d.yml"), "file:///a/d.yml");
}

}  // namespace
}  // namespace workflow
