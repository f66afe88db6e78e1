// partnerd attribute: what accounts and managers are asked beyond what everybody is.

#include "cli/entry.h"

namespace cli {

void add_attribute_commands(Program& program) {
    using enum MemberKind;
    add_entry_commands(
        program,
        {.group = "attribute",
         .description = "Attributes: what accounts and managers are asked beyond what everybody is",
         .noun = "attribute",
         .collection = "attributes",
         .columns = {{"ID", "id"},
                     {"SUBJECT", "subject"},
                     {"KEY", "key"},
                     {"NAME", "name"},
                     {"TYPE", "type"},
                     {"OPTIONAL", "optional", 1},
                     {"UNIQUE", "unique", 2},
                     {"VERSION", "version", 3}},
         .members = {{"subject", text, "of what it is (account)", true, {"account", "manager"}},
                     {"type",
                      text,
                      "what values it takes (string)",
                      true,
                      {"string", "text", "checkbox", "date", "password", "list"}},
                     {"name", text, "for people"},
                     {"format", text, "an ECMAScript pattern for the whole value"},
                     {"default_value", text, "what it is where nothing is said"},
                     {"options", options, "of a list; once for each"},
                     {"account_types", numbers, "for which account types it is asked; once for each"},
                     {"optional", flag, "whether it may be left out (true)"},
                     {"unique", flag, "among the accounts of one reseller"},
                     {"public", flag, "false: only the reseller's own managers see it (true)"},
                     {"read_only_for_client", flag, "customers see it, but do not set it"},
                     {"read_only_for_admin", flag, "managers see it, but do not set it"},
                     {"weight", number, "lighter ones come first"}},
         .create_example = "create 1 till --name Till --type list --options one='One till' --options two='Two tills' "
                           "--account-types 2",
         .change_example = "change 1 2 --optional false",
         .removal = "; values that there are stay, unseen"});
}

}  // namespace cli
