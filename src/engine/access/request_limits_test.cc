#include "engine/access/request_limits.h"

#include "engine/catalogue/catalogue.h"
#include "store/catalogue.h"
#include "tests/testing/engine_test.h"

namespace {

TEST(RequestLimit, IsACountAndSeconds) {
    EXPECT_EQ(parse_request_limit("600/60"), (RequestLimit{600, 60}));
    EXPECT_EQ(parse_request_limit("1/86400"), (RequestLimit{1, 86'400}));
    for (const char* text : {"", "600", "/", "600/", "/60", "0/1", "1/0", "-1/1", "1/1/1", "1/86401", "1000000001/1",
                             " 1/1", "1/1 ", "+1/1", "1.5/1", "many/1"})
        EXPECT_EQ(parse_request_limit(text), std::nullopt) << text;
}

class RequestLimitsTest : public EngineTest {
protected:
    void set(std::int64_t reseller_id, const std::string& name, const std::string& value) {
        write([&](db::Tx& tx) { store::put_reseller_setting(tx, reseller_id, name, value); });
    }
    RequestLimits limits_of(std::int64_t reseller_id) {
        RequestLimits limits;
        read([&](db::Tx& tx) { limits = find_request_limits(tx, reseller_id); });
        return limits;
    }
};

TEST_F(RequestLimitsTest, AreNoneUntilThereAreSome) {
    EXPECT_TRUE(limits_of(partner_id).are_none());
    set(partner_id, setting::read_limit, "100/1");
    set(partner_id, setting::credential_write_limit, "5/60");
    EXPECT_EQ(limits_of(partner_id).reads, (RequestLimit{100, 1}));
    EXPECT_EQ(limits_of(partner_id).writes, std::nullopt);
    EXPECT_EQ(limits_of(partner_id).credential_writes, (RequestLimit{5, 60}));
    EXPECT_TRUE(limits_of(other_id).are_none());
}

TEST_F(RequestLimitsTest, AreThoseOfWhoeverIsAboveWhereTheyAreStricter) {
    write([&](db::Tx& tx) {
        tx.run({"set_parent", "UPDATE reseller SET parent_id = $1 WHERE id = $2"}, {partner_id, other_id});
    });
    set(partner_id, setting::write_limit, "60/60");
    EXPECT_EQ(limits_of(other_id).writes, (RequestLimit{60, 60}));
    set(other_id, setting::write_limit, "1000/1");
    EXPECT_EQ(limits_of(other_id).writes, (RequestLimit{60, 60})) << "nobody grants himself more";
    set(other_id, setting::write_limit, "10/20");
    EXPECT_EQ(limits_of(other_id).writes, (RequestLimit{10, 20}));
    EXPECT_EQ(limits_of(partner_id).writes, (RequestLimit{60, 60}));
}

}  // namespace
