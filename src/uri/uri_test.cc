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
        EXPECT_EQ(uri::resolve("http://a/b/c/d;p?q", reference), resolved) << reference;
    }
}

TEST(Uri, AUrnAndNoBaseAtAllAreBasesToo) {
    EXPECT_EQ(uri::resolve("urn:uuid:1", "#a"), "urn:uuid:1#a");
    EXPECT_EQ(uri::resolve("", "#/a"), "#/a");
    EXPECT_EQ(uri::resolve("", "dir/file.json#x"), "dir/file.json#x");
    EXPECT_EQ(uri::resolve("http://a", "b"), "http://a/b");
}

TEST(Uri, FragmentsAreDecoded) {
    const auto split = uri::split_fragment("http://a#/b%20c%22/%7e1%zz%4");
    EXPECT_EQ(split.without_fragment, "http://a");
    EXPECT_EQ(split.fragment, "/b c\"/~1%zz%4");
    EXPECT_EQ(uri::split_fragment("x#").fragment, "");
    EXPECT_EQ(uri::split_fragment("#%41").fragment, "A");
}

// What the examples of the RFC leave out: other bases, empty parts, schemes that are none, dots in odd places.
TEST(Uri, OtherReferencesResolveByTheAlgorithmOfRfc3986) {
    struct Example {
        const char* base;
        const char* reference;
        const char* resolved;
    };
    const Example examples[] = {
        {"http://a/b/c/d;p?q", "http:", "http:"},               // strict: the same scheme is no reason to be relative
        {"http://a/b/c/d;p?q", "http:?y", "http:?y"},           //
        {"http://a/b/c/d;p?q", "G:h", "G:h"},                   // nothing is brought into lower case
        {"http://a/b/c/d;p?q", "1:2", "http://a/b/c/1:2"},      // a scheme begins with a letter
        {"http://a/b/c/d;p?q", "a_b:c", "http://a/b/c/a_b:c"},  // and has no underscore
        {"http://a/b/c/d;p?q", ":x", "http://a/b/c/:x"},        //
        {"http://a/b/c/d;p?q", "./g:h", "http://a/b/c/g:h"},    //
        {"http://a/b/c/d;p?q", "g/h:i", "http://a/b/c/g/h:i"},  //
        {"http://a/b/c/d;p?q", "?", "http://a/b/c/d;p?"},       // empty is not absent
        {"http://a/b/c/d;p?q", "#", "http://a/b/c/d;p?q#"},     //
        {"http://a/b/c/d;p?q", "g?", "http://a/b/c/g?"},        //
        {"http://a/b/c/d;p?q", "//", "http://"},                //
        {"http://a/b/c/d;p?q", "//g/../h", "http://g/h"},       //
        {"http://a/b/c/d;p?q", "/a//b/../c", "http://a/a//c"},  //
        {"http://a/b/c/d;p?q", "/..//g", "http://a//g"},        //
        {"http://a/b/c/d;p?q", "...", "http://a/b/c/..."},      //
        {"http://a/b/c/d;p?q", "g/...", "http://a/b/c/g/..."},  //
        {"http://a/b/c/d;p?q", "%2E%2E/g", "http://a/b/c/%2E%2E/g"},
        {"http://a/b/c/d;p?q", "g?y/../x#s/../t", "http://a/b/c/g?y/../x#s/../t"},
        {"http://a/b/c/d;p?q", "?y:z/a", "http://a/b/c/d;p?y:z/a"},
        {"http://a/b/c/d;p?q#f", "", "http://a/b/c/d;p?q"},  // the base's fragment never counts
        {"http://a/b/c/d;p?q#f", "g", "http://a/b/c/g"},
        {"http://a", "g", "http://a/g"},
        {"http://a?q", "g", "http://a/g"},
        {"http://a?q", "#s", "http://a?q#s"},
        {"http://a", "../g", "http://a/g"},
        {"http://a/", "..", "http://a/"},
        {"http://a/b/", "g", "http://a/b/g"},
        {"http://a/b/..", "g", "http://a/b/g"},
        {"http://u@a:80/b", "//g:1", "http://g:1"},
        {"http://[::1]/b", "g", "http://[::1]/g"},
        {"file:///a/b/c.yml", "../d.yml", "file:///a/d.yml"},
        {"file:///a/b", "//host/c", "file://host/c"},
        {"urn:a:b", "c", "urn:c"},
        {"urn:a/b", "../c", "urn:/c"},
        {"urn:uuid:1", "?q", "urn:uuid:1?q"},
        {"mailto:a@b", "c", "mailto:c"},
        {"", "../g", "g"},
        {"", "", ""},
        {"a/b", "c", "a/c"},
        {"/a/b", "../../c", "/c"},
    };
    for (const auto& [base, reference, resolved] : examples)
        EXPECT_EQ(uri::resolve(base, reference), resolved) << base << " and " << reference;
}

TEST(Uri, WhatIsEmptyIsThereAndWhatIsAbsentIsNot) {
    const uri::Parts parts = uri::split("file:///a?#");
    EXPECT_EQ(parts.scheme, "file");
    EXPECT_EQ(parts.authority, "");
    EXPECT_EQ(parts.path, "/a");
    EXPECT_EQ(parts.query, "");
    EXPECT_EQ(parts.fragment, "");
    const uri::Parts bare = uri::split("1:2");
    EXPECT_FALSE(bare.scheme || bare.authority || bare.query || bare.fragment);
    EXPECT_EQ(bare.path, "1:2");
    EXPECT_FALSE(uri::is_uri_reference("1:2"));
    EXPECT_TRUE(uri::is_uri_reference("./1:2"));
}
