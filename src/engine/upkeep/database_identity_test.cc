#include "engine/upkeep/database_identity.h"

#include "store/settings.h"
#include "tests/testing/engine_test.h"

namespace {

constexpr SealingKey key = {0x00, 0x01, 0x0f, 0x10, 0x7f, 0x80, 0xf0, 0xff, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr SealingKey another_key = {1};

class DatabaseIdentityTest : public EngineTest {
public:
    void TestBody() override {}  // so that a test can have another one of its kind

    Result<DatabaseIdentity> establish(const SealingKey& new_key, Mode mode) {
        return transact<DatabaseIdentity>([&](db::Tx& tx) { return establish_identity(tx, new_key, mode); });
    }
};

TEST_F(DatabaseIdentityTest, IsMadeOnceAndKept) {
    const DatabaseIdentity made = establish(key, Mode::sandbox).value();
    EXPECT_TRUE(made.is_new);
    EXPECT_EQ(made.sealing_key, key);
    const DatabaseIdentity kept = establish(another_key, Mode::sandbox).value();
    EXPECT_FALSE(kept.is_new);
    EXPECT_EQ(kept.sealing_key, key);
    write([&](db::Tx& tx) { EXPECT_EQ(get_identity(tx).value().sealing_key, key); });
}

TEST_F(DatabaseIdentityTest, RefusesTheOtherMode) {
    for (const auto& [made_for, opened_as] :
         {std::pair(Mode::sandbox, Mode::production), std::pair(Mode::production, Mode::sandbox)}) {
        DatabaseIdentityTest fresh;
        ASSERT_EQ(outcome(fresh.establish(key, made_for)), "done");
        EXPECT_EQ(outcome(fresh.establish(key, opened_as)), "conflict");
        fresh.write([&, wanted = made_for](db::Tx& tx) { EXPECT_EQ(get_identity(tx).value().mode, wanted); });
    }
}

TEST_F(DatabaseIdentityTest, LetsNobodyGoOnWithACopyThatIsNotFinished) {
    write([](db::Tx& tx) { note_copy(tx, "of that one"); });
    EXPECT_EQ(outcome(establish(key, Mode::sandbox)), "conflict");
    write([](db::Tx& tx) {
        EXPECT_EQ(get_identity(tx).error().reason, Reason::conflict);
        EXPECT_EQ(find_copy(tx), "of that one");
    });
}

TEST_F(DatabaseIdentityTest, RefusesADatabaseThatWasNeverServed) {
    write([&](db::Tx& tx) { EXPECT_EQ(outcome(get_identity(tx)), "not_found"); });
}

TEST_F(DatabaseIdentityTest, CallsAKeyOfAnotherLengthBroken) {
    write([&](db::Tx& tx) {
        store::insert_setting(tx, "sealing_key", "abcd");
        store::insert_setting(tx, "mode", "production");
        EXPECT_THROW((void)get_identity(tx), db::Broken);
    });
}

}  // namespace
