// What is wrong, in words and numbers: the one table of SignalMind's codes. They are ours, for the vendor published
// none; docs/signalmind.md lists them, and they never change.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace signalmind {

struct Message {
    std::string text;
    int code = 0;
    std::vector<std::string> details;  // the member or parameter that is meant
};

// One for each thing that is wrong.
std::vector<Message> messages_of(const Error&);

// What HTTP refused.
Message message_of_status(int status, std::string_view detail);

// A broken rule of one field; no rule: whatever it breaks. An empty field: of any, and a switch in words.cc says which
// rule has which code. {} in the text is the document's name of the field.
struct Word {
    std::string_view field;
    std::optional<Rule> rule;
    int code;
    std::string_view text;
};
const std::vector<Word>& all_words();

// All other codes, and what they are said of, for the documentation's test.
const std::vector<Word>& other_words();

}  // namespace signalmind
