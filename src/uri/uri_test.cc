#include "uri/uri.h"

#include <gtest/gtest.h>

// RFC 3986, section 5.4.
TEST(Uri, EveryExampleOfRfc3986ResolvesAsItSays) {
    const std::pair<const char*, const char*> examples[] = {
        {"g:h", "g:h"},
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
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g#s/./x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
        {"http:g", "http:g"},
    };
    for (const auto& [reference, resolved] : examples) {
        EXPECT_EQ(jsonschema::resolve_uri("http://a/b/c/d;p?q", reference), resolved) << reference;
    }
}

TEST(Uri, AUrnAndNoBaseAtAllAreBasesToo) {
    EXPECT_EQ(jsonschema::resolve_uri("urn:uuid:1", "#a"), "urn:uuid:1#a");
    EXPECT_EQ(jsonschema::resolve_uri("", "#/a"), "#/a");
    EXPECT_EQ(jsonschema::resolve_uri("", "dir/file.json#x"), "dir/file.json#x");
    EXPECT_EQ(jsonschema::resolve_uri("http://a", "b"), "http://a/b");
}

TEST(Uri, FragmentsAreDecoded) {
    const auto split = jsonschema::split_fragment("http://a#/b%20c%22/%7e1%zz%4");
    EXPECT_EQ(split.without_fragment, "http://a");
    EXPECT_EQ(split.fragment, "/b c\"/~1%zz%4");
    EXPECT_EQ(jsonschema::split_fragment("x#").fragment, "");
    EXPECT_EQ(jsonschema::split_fragment("#%41").fragment, "A");
}
