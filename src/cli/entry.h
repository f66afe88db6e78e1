// Commands over what accounts are chosen from: `list`, `show`, `create`, `change` and `remove` for each kind of entry,
// from a table of the members that can be set. A member's option is called as it is, with hyphens.

#pragma once

#include <string>
#include <vector>

#include "cli/program.h"

namespace cli {

enum class MemberKind {
    text,
    number,   // "none": null
    flag,     // "true" or "false"
    numbers,  // given once for each; "none": an empty list
    options,  // KEY=NAME, given once for each
};

struct EntryMember {
    const char* name;
    MemberKind kind;
    const char* description;
    bool only_new = false;                // cannot be changed later
    std::vector<std::string> words = {};  // that it can be; empty: any
};

struct EntryNoun {
    const char* group;        // "account-type"
    const char* description;  // of the group
    const char* noun;         // "account type"
    const char* collection;   // "account_types": in paths and answers
    std::vector<Column> columns;
    std::vector<EntryMember> members;
    const char* create_example;
    const char* change_example;
    const char* removal;  // behind "Remove a NOUN": what has to be known of that
};

void add_entry_commands(Program&, EntryNoun);

}  // namespace cli
