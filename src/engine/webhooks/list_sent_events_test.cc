#include "engine/webhooks/list_sent_events.h"

#include "engine/accounts/hold_account.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "tests/testing/engine_test.h"

namespace {

class ListSentEventsTest : public EngineTest {
protected:
    Result<SentEvents> list(const ListSentEvents& command, std::int64_t as = partner_id) {
        return run(list_sent_events, command, as);
    }

    static std::string told(const SentEvents& sent) {
        std::string text;
        for (std::size_t i = 0; i < sent.page.items.size(); ++i)
            text += (i > 0 ? ", " : "") + std::string(to_string(sent.page.items[i].kind)) + ' ' + sent.account_uids[i];
        return text;
    }

    WebhookEndpoint create() {
        return run(create_webhook_endpoint, {.reseller_id = partner_id, .url = "https://example.com/"}).value();
    }

    // So many events that nobody is sent.
    void append_others(int count) {
        write([&](db::Tx& tx) {
            for (int i = 0; i < count; ++i)
                store::append_event(tx, {.reseller_id = partner_id,
                                         .id = world_.new_id(),
                                         .kind = EventKind::credential_added,
                                         .at = world_.now(),
                                         .recorded_at = world_.now()});
        });
    }
};

TEST_F(ListSentEventsTest, ShowsWhatEndpointsAreSentAndNothingElse) {
    const Account account = open("a");
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    const WebhookEndpoint endpoint = create();  // of which there is an event, too
    ASSERT_EQ(outcome(run(test_webhook_endpoint, {.reseller_id = partner_id, .id = endpoint.id})), "done");
    open("b");
    open("c", {}, other_id);
    EXPECT_EQ(told(list({}).value()), "account.opened b, account.held a, account.opened a");
    EXPECT_EQ(told(list({.account_id = account.id, .oldest_first = true}).value()), "account.opened a, account.held a");
    EXPECT_EQ(told(list({.type = "account.held"}).value()), "account.held a");
    EXPECT_EQ(told(list({.type = "webhook.*"}).value()), "");
    EXPECT_EQ(outcome(list({.type = "webhook.added"})), "invalid type unsupported");
    EXPECT_EQ(outcome(list({.type = ""})), "invalid type unsupported");
    EXPECT_EQ(outcome(list({.account_id = account.id}, other_id)), "not_found");
    EXPECT_EQ(outcome(list({.account_id = 999}, other_id)), "not_found");
}

TEST_F(ListSentEventsTest, GivesUpForThisPageAndGoesOnWithTheNext) {
    open("a");
    append_others(9'000);
    open("b");
    ListSentEvents command{.page = {.size = 50}};
    const SentEvents first = list(command).value();
    EXPECT_EQ(told(first), "account.opened b");
    std::string rest;
    int pages = 0;
    for (auto next = first.page.next; next && pages < 10; ++pages) {
        command.page.from = next;
        const SentEvents sent = list(command).value();
        rest += told(sent);
        next = sent.page.next;
    }
    EXPECT_EQ(rest, "account.opened a");
    EXPECT_GT(pages, 1);
    EXPECT_LT(pages, 10);
}

TEST_F(ListSentEventsTest, IsAFeedThatDoesNotLookAtTheSameTwice) {
    open("a");
    append_others(3);
    ListSentEvents feed{.oldest_first = true, .page = {.size = 2}};
    const SentEvents first = list(feed).value();
    EXPECT_EQ(told(first), "account.opened a");
    ASSERT_TRUE(first.page.next);
    EXPECT_GT(*first.page.next, first.page.items.back().id);
    open("b");
    feed.page.from = first.page.next;
    EXPECT_EQ(told(list(feed).value()), "account.opened b");
    EXPECT_EQ(told(list({.oldest_first = true, .starts_now = true}).value()), "");
}

TEST_F(ListSentEventsTest, SaysWhetherReasonsAreOpen) {
    EXPECT_FALSE(list({}).value().shows_reasons);
    write([](db::Tx& tx) {
        tx.run({"open_reasons", "INSERT INTO reseller_setting (reseller_id, name, value) VALUES ($1, $2, $3)"},
               {partner_id, "partners_see_reasons", "true"});
    });
    EXPECT_TRUE(list({}).value().shows_reasons);
}

// Who says where events go reads all that is in them.
TEST_F(ListSentEventsTest, EndpointsAreForAdministratorsAmongManagers) {
    const auto create_as = [&](std::optional<ManagerRole> role) {
        return outcome(transact<WebhookEndpoint>([&](db::Tx& tx) {
            Caller acting = caller(tx, partner_id);
            acting.kind = CredentialKind::manager_token;
            acting.role = role;
            return create_webhook_endpoint(tx, world_, acting,
                                           {.reseller_id = partner_id, .url = "https://example.com/"});
        }));
    };
    EXPECT_EQ(create_as(ManagerRole::administrator), "done");
    EXPECT_EQ(create_as(std::nullopt), "done") << "the reseller's own programs";
    for (const ManagerRole role : {ManagerRole::sales, ManagerRole::marketing, ManagerRole::product_owner})
        EXPECT_EQ(create_as(role), "forbidden") << to_string(role);
}

}  // namespace
