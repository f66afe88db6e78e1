// Reports are well-formed whatever came back: XML, JSON, HAR, and what a terminal is given.

#include <gtest/gtest.h>

#include "workflow/run/record.h"
#include "workflow/text/text.h"
#include "workflow/text/xml.h"

namespace workflow {
namespace {

constexpr const char* flow =
    "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml}]\nworkflows: "
    "[{workflowId: w, steps: [{stepId: s, operationId: get, successCriteria: [{condition: $response.body == 'never'}, "
    "{context: $response.header.X-Odd, type: regex, condition: ^nothing$}], outputs: {body: $response.body, odd: "
    "$response.header.X-Odd}}], outputs: {body: $steps.s.outputs.body}}]\n";
constexpr const char* api =
    "openapi: 3.1.0\nservers: [{url: 'http://api.test'}]\npaths: {/a: {get: {operationId: get}}}\n";

// No byte that a terminal would obey: neither ESC nor any other control character, of seven bits or of eight.
bool is_harmless(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return false;
        const bool is_c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (is_c1) return false;
    }
    return true;
}

TEST(Reports, are_well_formed_whatever_came_back) {
    MemoryLoader loader({{"http://d.test/f.yaml", flow}, {"http://d.test/api.yaml", api}});
    const Library library("http://d.test/f.yaml", loader);
    const std::string bodies[] = {std::string("\x00\x01\x02\xff\xfe", 5),
                                  "{\"a\":\"\xe4\"}",
                                  "\xed\xa0\x80 half a pair",
                                  R"({"a":"\ud800"})",
                                  "\x1b[31mred\x1b[0m \x1b]0;title\x07",
                                  "\xc2\x9b"
                                  "31m C1",
                                  "]]> & < > \" ' \xef\xbf\xbe \xef\xbf\xbf \r\n\t",
                                  "\xf4\x90\x80\x80 beyond",
                                  "\xc0\x80 overlong",
                                  R"({"a":"\u0000\u001b[2J\u0085"})",
                                  std::string(300'000, '\x80'),
                                  ""};
    for (const auto& body : bodies) {
        for (const char* type : {"application/json", "text/plain", "application/octet-stream", "application/xml",
                                 "text/plain; charset=utf-16", "application/x-www-form-urlencoded", "\x1b[0m\xff"}) {
            SCOPED_TRACE(shorten(body, 40) + " as " + shorten(type));
            workflow::Run run(*library.entry()->workflows[0], {}, {});
            Secrets secrets;
            secrets.add("a secret");
            Recorder recorder;
            (void)run.step(Begun{}, Time{});
            const auto todo =
                run.step(Answered{200, {{"Content-Type", type}, {"X-Odd", body.substr(0, 200)}}, body}, Time{});
            for (const auto& event : run.take_events()) secrets.learn(event), recorder.on(event);
            recorder.finish(std::get<Finished>(todo), Time{});
            const auto junit = junit_report(recorder.record(), secrets);
            EXPECT_TRUE(is_utf8(junit));
            EXPECT_TRUE(std::holds_alternative<Xml>(Xml::parse(junit)));
            EXPECT_TRUE(is_harmless(junit));
            for (const auto& report :
                 {json_report(recorder.record(), secrets), har_report(recorder.record(), secrets, "1"),
                  to_pretty_json(secrets.mask_value(recorder.record().finished.outputs))}) {
                EXPECT_TRUE(is_utf8(report));
                EXPECT_TRUE(parse_json(report)) << shorten(report, 400);
                EXPECT_TRUE(is_harmless(report));
            }
            EXPECT_TRUE(is_harmless(shorten(secrets.mask(body), 2'000)));
        }
    }
}

TEST(Reports, escape_for_xml_what_it_can_hold_and_replace_what_it_cannot) {
    EXPECT_EQ(xml_escape("a<b>&\"c\"\r\n\t"), "a&lt;b&gt;&amp;&quot;c&quot;&#13;\n\t");
    EXPECT_EQ(xml_escape(std::string("\0\x1b\x7f", 3)), "\xEF\xBF\xBD\xEF\xBF\xBD&#127;");
    EXPECT_EQ(xml_escape("\xff \xef\xbf\xbe"), "\xEF\xBF\xBD \xEF\xBF\xBD");
    EXPECT_EQ(xml_escape("ä😀\xEF\xBF\xBD"), "ä😀\xEF\xBF\xBD");
}

}  // namespace
}  // namespace workflow
