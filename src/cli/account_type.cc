// partnerd account-type: what an account is, for a reseller and those below it.

#include "cli/entry.h"

namespace cli {

void add_account_type_commands(Program& program) {
    using enum MemberKind;
    add_entry_commands(
        program, {.group = "account-type",
                  .description = "Account types: what an account is",
                  .noun = "account type",
                  .collection = "account_types",
                  .columns = {{"ID", "id"},
                              {"KEY", "key"},
                              {"NAME", "name"},
                              {"KIND", "kind"},
                              {"NAME PATTERN", "name_pattern", 1},
                              {"DEFAULT", "default", 2},
                              {"VERSION", "version", 3}},
                  .members = {{"name", text, "for people"},
                              {"kind", text, "how other APIs show such an account", false, {"individual", "family"}},
                              {"name_pattern", text, "'%first_name %middle_name %last_name', or with %primary_name"},
                              {"primary_name", text, "what the primary name is called; empty for natural persons"},
                              {"default_payment_method_id", number, "or none"},
                              {"default", flag, "for accounts whose API names no type"}},
                  .create_example = "create 1 shop --name Shop --kind family --name-pattern %primary_name",
                  .change_example = "change 1 2 --name Shops --if-version 1",
                  .removal = " that nobody has"});
}

}  // namespace cli
