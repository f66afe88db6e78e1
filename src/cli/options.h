// Options and arguments that many commands have, each with one behaviour: words to choose from, limits of lists,
// date-times. A wrong one is answered with what is wanted, before anything is sent.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "command_line/command.h"

namespace cli {

class Program;

inline const std::vector<std::string> account_status_words = {"entitled", "provisioned", "activated", "suspended",
                                                              "deprovisioned"};
inline const std::vector<std::string> account_type_words = {"individual", "family"};

// One of the words; --help and completion name them, a wrong one is answered with the nearest.
Option* let_choose(Option*, std::vector<std::string> words);

template <class Text>
Option* add_choice(Command* command, const std::string& name, Text& target, std::vector<std::string> words,
                   const std::string& description) {
    return let_choose(command->add_option(name, target, description), std::move(words));
}

// --limit, with what it is without.
Option* add_limit(Command* command, std::int64_t& limit);

// --if-version, of what may have been changed since.
Option* add_version(Command* command, std::optional<std::int64_t>& version);

// A date-time, or a day: that is taken for its beginning, UTC, and said. may_be_none: the word "none" too.
Option* want_date_time(Program&, Option*, bool may_be_none);

template <class Text>
Option* add_date_time(Program& program, Command* command, const std::string& name, Text& target,
                      const std::string& description, bool may_be_none = false) {
    return want_date_time(program, command->add_option(name, target, description), may_be_none);
}

// What is wrong with a command line that could not be read, with the nearest word where one is wrong.
std::string explain(const Command&, int argument_count, const char* const* arguments, const Error&);

// Where a line ends that names a group and nothing in it (or nothing at all): its help is what is wanted. Else null.
const Command* find_bare_group(const Command&, int argument_count, const char* const* arguments);

}  // namespace cli
