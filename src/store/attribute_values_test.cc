#include "store/attribute_values.h"

#include <gtest/gtest.h>

#include "core/utf8.h"
#include "store/accounts.h"
#include "store/customers.h"
#include "store/search.h"
#include "tests/testing/fresh_database.h"

namespace {

// That nothing can compress: PostgreSQL tries to, before it refuses an index entry.
std::string long_text(std::uint32_t seed, std::size_t characters = 10'000) {
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) {
        seed = seed * 1'664'525 + 1'013'904'223;
        append_utf8(text, U'\U00020000' + (seed >> 8) % 0xa000);
    }
    return text;
}

class AttributeValuesTest : public testing::Test {
protected:
    AttributeValuesTest() {
        write([](db::Tx& tx) {
            for (const std::int64_t id : {1, 2})
                store::insert_account(tx, {.reseller_id = 2, .id = id, .uid = std::to_string(id)});
        });
    }

    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }
    bool is_taken(const std::string& value, std::int64_t except_account_id) {
        bool is_taken = false;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            is_taken = store::is_attribute_value_taken(tx, 2, "notes", value, except_account_id);
        });
        return is_taken;
    }

    FreshDatabase database_;
};

TEST_F(AttributeValuesTest, MayBeLongAndAreStillToldApart) {
    for (const std::size_t characters : {200, 250, 251, 676, 10'000}) {
        const std::string value = long_text(7, characters);
        std::string other = value;
        other.back() = static_cast<char>(other.back() ^ 1);
        write([&](db::Tx& tx) { store::insert_attribute_value(tx, 2, "notes", value, 1); });
        EXPECT_TRUE(is_taken(value, 2)) << characters;
        EXPECT_FALSE(is_taken(value, 1)) << characters;
        EXPECT_FALSE(is_taken(other, 2)) << characters;
        write([&](db::Tx& tx) { store::delete_attribute_values(tx, 2, 1); });
        EXPECT_FALSE(is_taken(value, 2)) << characters;
    }
}

TEST_F(AttributeValuesTest, AreThemselvesAsLongAsTheyAreShort) {
    EXPECT_EQ(store::searched_form("DE 123"), "DE 123");
    EXPECT_EQ(store::searched_form(std::string(1'000, 'a')), std::string(1'000, 'a'));
    EXPECT_EQ(store::searched_form(std::string(1'001, 'a')).size(), 1u + 7 + 64);
}

// As older programs have left them; PostgreSQL never had such.
TEST_F(AttributeValuesTest, AreShortenedWhereTheyStandInFull) {
    const std::string value(1'500, 'a');
    constexpr db::Query insert{"insert_in_full",
                               "INSERT INTO attribute_value (reseller_id, key, value, account_id)"
                               " VALUES (2, 'notes', $1, 1)"};
    write([&](db::Tx& tx) {
        tx.run(insert, {value});
        store::insert_attribute_value(tx, 2, "notes", "short", 1);
    });
    EXPECT_FALSE(is_taken(value, 2));
    write([](db::Tx& tx) { store::shorten_attribute_values(tx); });
    EXPECT_TRUE(is_taken(value, 2));
    EXPECT_TRUE(is_taken("short", 2));
}

// A pattern may repeat what is long already.
TEST_F(AttributeValuesTest, NamesOfAccountsMayBeLongToo) {
    const std::string name = long_text(3, 255 * 20);
    write([&](db::Tx& tx) {
        store::insert_profile(tx, {.reseller_id = 2, .account_id = 1, .name = name});
        store::insert_profile(tx, {.reseller_id = 2, .account_id = 2, .name = long_text(4, 255 * 20)});
    });
    for (const std::size_t characters : {1, 80})
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            const auto found = store::list_accounts_by_name_prefix(tx, 2, name.substr(0, characters * 4), 10);
            EXPECT_EQ(found, std::vector<std::int64_t>{1}) << characters;
        });
}

}  // namespace
