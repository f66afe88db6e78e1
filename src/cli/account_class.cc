// partnerd account-class: how an account pays, for a reseller and those below it.

#include "cli/entry.h"

namespace cli {

void add_account_class_commands(Program& program) {
    using enum MemberKind;
    add_entry_commands(
        program,
        {.group = "account-class",
         .description = "Account classes: how an account pays",
         .noun = "account class",
         .collection = "account_classes",
         .columns = {{"ID", "id"},
                     {"KEY", "key"},
                     {"NAME", "name"},
                     {"PAYMENT", "payment_model"},
                     {"THRESHOLD", "financial_blocking_threshold"},
                     {"SUBZERO DAYS", "subzero_period", 1},
                     {"CREDIT LIMIT", "subscription_credit_limit", 2},
                     {"VERSION", "version", 3}},
         .members =
             {{"name", text, "for people"},
              {"color", text, "where it is shown: #0f7ac7"},
              {"payment_model", text, "when it pays", false, {"prepay", "postpay"}},
              {"financial_blocking_threshold", text, "how far below zero a balance may be: 200.0"},
              {"subzero_period", number, "days that it may be there; -1: no limit"},
              {"subscription_credit_limit", text, "how much may be bought on credit: 10000.0"},
              {"buy_with_negative_balance", flag, "whether the threshold counts as funds"},
              {"due_order_period", number, "days"},
              {"due_payment_period", number, "days"},
              {"guaranteed_payment_limit", number, "how much may be promised, as ActivePlatform shows it"},
              {"guaranteed_payment_period", number, "days"},
              {"stop_subscription_type", text, "how what is not paid stops", false, {"automatically", "manually"}},
              {"delete_subscription_type", text, "how it is deleted", false, {"automatically", "manually"}},
              {"denominated", flag, "as ActivePlatform shows it"},
              {"receipt_day", number, "1 to 31, or none"},
              {"default", flag, "for accounts whose API names no class"}},
         .create_example = "create 1 prepay --name Prepay --payment-model prepay --financial-blocking-threshold 200.0",
         .change_example = "change 1 2122 --subzero-period 5",
         .removal = " that nobody has"});
}

}  // namespace cli
