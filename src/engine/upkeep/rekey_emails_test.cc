#include "engine/upkeep/rekey_emails.h"

#include <gtest/gtest.h>

#include "store/accounts.h"
#include "store/attribute_values.h"
#include "store/email_keys.h"
#include "tests/testing/fresh_database.h"

namespace {

// As a program wrote it that knew of no digests.
TEST(RekeyEmails, GivesLongAttributeValuesTheirDigests) {
    constexpr db::Query insert{"insert_in_full",
                               "INSERT INTO attribute_value (reseller_id, key, value, account_id)"
                               " VALUES (2, 'notes', $1, 1)"};
    const std::string value(1'500, 'a');
    FreshDatabase database;
    db::write_and_wait(*database, [&](db::Tx& tx) {
        store::insert_account(tx, {.reseller_id = 2, .id = 1, .uid = "a"});
        tx.run(insert, {value});
        tx.run_script("INSERT INTO emails_to_rekey (user_id, account_id) VALUES (0, 0)");
        while (rekey_emails(tx, 10)) continue;
        EXPECT_TRUE(store::is_attribute_value_taken(tx, 2, "notes", value, 2));
    });
}

TEST(RekeyEmails, HasNothingToDoInANewDatabase) {
    FreshDatabase database;
    db::read_and_wait(*database, [](db::Tx& tx) { EXPECT_FALSE(store::find_rekeyed_place(tx)); });
}

}  // namespace
