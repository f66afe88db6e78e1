#include "engine/accounts/search.h"

#include "engine/accounts/hold_account.h"
#include "engine/accounts/redeem_account.h"
#include "engine/accounts/remove_account.h"
#include "tests/testing/engine_test.h"

namespace {

class SearchTest : public EngineTest {
protected:
    // As an operator of one reseller, with another one in reach or not.
    Result<FoundEverything> search_as(ResellerTree tree, const SearchEverything& command) {
        Result<FoundEverything> found = Error{Reason::broken, "has not run"};
        read([&](db::Tx& tx) {
            Caller caller = this->caller(tx, partner_id);
            caller.kind = CredentialKind::operator_token;
            caller.tree = std::make_shared<const ResellerTree>(std::move(tree));
            found = search_everything(tx, world_, caller, command);
        });
        return found;
    }

    // "uid:a uid:b | Lakeside ..."
    std::string find(const std::string& text, int limit = 10, ResellerTree tree = {partner_id, other_id}) {
        const auto found = search_as(std::move(tree), {.text = text, .limit = limit});
        if (!found.ok()) return outcome(found);
        std::string told;
        for (const FoundAccount& account : found.value().accounts)
            told += std::string(to_string(account.matched)) + ':' + account.details.account.uid + ' ';
        told += '|';
        for (const Reseller& reseller : found.value().resellers) told += ' ' + reseller.name;
        return told + (found.value().has_more ? " ..." : "");
    }

    void redeem(const Account& account, const std::string& email) {
        write([&](db::Tx& tx) {
            ASSERT_TRUE(redeem_account(tx, world_, {}, {.token = account.activation_token, .email = email}).ok());
        });
    }
};

TEST_F(SearchTest, FindsByTheBeginningOfAUidInAllResellers) {
    open("ab-1");
    open("ab-2", {}, other_id);
    open("b-ab");
    EXPECT_EQ(find("ab"), "uid:ab-1 uid:ab-2 |");
    EXPECT_EQ(find(" ab-2\n"), "uid:ab-2 |");
    EXPECT_EQ(find("AB"), "|") << "uids are what they are";
    EXPECT_EQ(find("ab", 1), "uid:ab-1 | ...");
}

TEST_F(SearchTest, FindsByIdOnce) {
    const Account account = open("a");
    EXPECT_EQ(find(std::to_string(account.id)), "id:a |");
    const Account same = open(std::to_string(account.id));
    EXPECT_EQ(find(std::to_string(account.id)), "id:a uid:" + same.uid + " |");
    EXPECT_EQ(find("99999999999999999999"), "|");
}

TEST_F(SearchTest, FindsByATokenAndTheLinkAroundItAlsoOnceItIsReplaced) {
    const Account account = open("a");
    EXPECT_EQ(find(account.activation_token), "activation_token:a |");
    EXPECT_EQ(find("https://start.b5test.com/partnership/redeem?t=I&c=" + account.activation_token),
              "activation_token:a |");
    ASSERT_EQ(outcome(run(reissue_token, {"a"})), "done");
    EXPECT_EQ(find(account.activation_token), "activation_token:a |");
    EXPECT_EQ(find("PNS-" + std::string(26, 'A')), "|");
}

TEST_F(SearchTest, FindsByTheBeginningOfAnAddressInAnyCase) {
    redeem(open("a"), "Ada.Lovelace@Example.com");
    redeem(open("b"), "grace@example.com");
    EXPECT_EQ(find("ada"), "email:a |");
    EXPECT_EQ(find("ADA.LOVELACE@EXAMPLE.COM"), "email:a |");
    EXPECT_EQ(find("grace@example"), "email:b |");
    EXPECT_EQ(find("example.com"), "|") << "not from the middle";
    redeem(open("c"), "M\u00fcller@example.com");
    for (const char* text : {"m\u00fcl", "M\u00dcL", "mu\u0308l", "M\u00dcLLER@EXAMPLE.COM"})
        EXPECT_EQ(find(text), "email:c |") << text;
}

TEST_F(SearchTest, FindsWhatARequestDid) {
    open("a");
    write([&](db::Tx& tx) {
        Caller caller = this->caller(tx, partner_id);
        caller.request_id = "4c9498a9814cd35b";
        ASSERT_TRUE(hold_account(tx, world_, caller, {"a"}).ok());
    });
    EXPECT_EQ(find("4c9498a9814cd35b"), "request_id:a |");
    EXPECT_EQ(find("4c9498a9814cd35"), "|") << "a request id is known whole or not at all";
}

TEST_F(SearchTest, FindsResellersByAPartOfTheirNameAndById) {
    EXPECT_EQ(find("SIDE"), "| Lakeside");
    EXPECT_EQ(find("2"), "| Northwind");
    EXPECT_EQ(find("i", 1), "| Northwind ...");
}

TEST_F(SearchTest, FindsRemovedOnesByIdButNotByUid) {
    const Account account = open("a");
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    EXPECT_EQ(find(std::to_string(account.id)), "id:a |");
    EXPECT_EQ(find("a"), "| Lakeside");
}

TEST_F(SearchTest, FindsNothingOutOfReach) {
    const Account foreign = open("foreign", {}, other_id);
    for (const std::string& text :
         {foreign.uid, std::to_string(foreign.id), foreign.activation_token, std::string("Lakeside")})
        EXPECT_EQ(find(text, 10, {partner_id}), "|") << text;
}

TEST_F(SearchTest, RefusesWhatIsNoQuestion) {
    EXPECT_EQ(find(""), "invalid q required");
    EXPECT_EQ(find(" \t "), "invalid q required");
    EXPECT_EQ(find(std::string(321, 'a')), "invalid q too_long");
    EXPECT_EQ(find("\xE2\x80\x8B"), "invalid q required") << "nothing to see";
    EXPECT_EQ(find("%'\"_\xF4\x8F\xBF\xBF"), "|");
}

}  // namespace
