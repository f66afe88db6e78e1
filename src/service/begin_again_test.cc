// With several servers on one database, what one of them remembers of a caller counts only as long as the database says
// the same.

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "service/service.h"
#include "store/credentials.h"
#include "tests/testing/engine_test.h"

namespace {

using enum http::Method;

// A database of which another server changes something, too: which generation it has shows here only with a work.
class SharedDatabase final : public db::Database {
public:
    explicit SharedDatabase(db::Database& inner) : inner_(inner), seen_(inner.generation()) {}

    // From now on there is always something newer.
    void change_without_end() { is_restless_ = true; }
    int outdated() const { return outdated_; }

    void write(Work work, Done done) override { inner_.write(looking(std::move(work)), std::move(done)); }
    void read(Work work, Done done) override { inner_.read(looking(std::move(work)), std::move(done)); }
    std::uint64_t generation() const override { return seen_; }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

private:
    class SharedTx final : public db::Tx {
    public:
        SharedTx(db::Tx& inner, SharedDatabase& database) : inner_(inner), database_(database) {}

        db::Rows run(const db::Query& query, std::initializer_list<db::Parameter> parameters) override {
            return inner_.run(query, parameters);
        }
        void require_generation(std::uint64_t seen) override { database_.compare(seen); }
        std::vector<db::SchemaObject> list_schema() override { return inner_.list_schema(); }
        void run_script(std::string_view sql) override { inner_.run_script(sql); }
        void invalidate_caches() override { inner_.invalidate_caches(); }

    private:
        db::Tx& inner_;
        SharedDatabase& database_;
    };

    Work looking(Work work) {
        return [this, work = std::move(work)](db::Tx& tx) {
            SharedTx shared(tx, *this);
            return work(shared);
        };
    }

    void compare(std::uint64_t seen) {
        seen_ = is_restless_ ? seen + 1 : inner_.generation();
        if (seen_ <= seen) return;
        ++outdated_;
        throw db::Outdated("outdated");
    }

    db::Database& inner_;
    std::atomic<std::uint64_t> seen_;
    std::atomic<bool> is_restless_ = false;
    std::atomic<int> outdated_ = 0;
};

Result<ShowAccount> parse_uid(const service::Call& call) { return ShowAccount{call.path_values[0]}; }

Result<Account> open_it(db::Tx& tx, World& world, const Caller& caller, const ShowAccount& command) {
    return open_account(tx, world, caller, {.uid = command.uid, .domain = "b5test.com"});
}

// Writes nothing, and asks nothing.
Result<Account> name_it(db::Tx&, World&, const Caller&, const ShowAccount& command) {
    return Account{.uid = command.uid};
}

Result<void> look_at_it(db::Tx& tx, World& world, const Caller& caller, const ShowAccount& command) {
    TRY(show_account(tx, world, caller, command));
    return {};
}

http::Response render_account(const service::Call& call, const Account& account) {
    return {.status = 200, .content_type = "text/plain", .body = account.uid + " for " + call.caller.reseller.name};
}

http::Response render_error(const service::Call&, const Error& error) {
    return {.status = 499, .content_type = "text/plain", .body = name_of(error.reason)};
}

http::Response render_status(const service::Call&, int status, std::string_view detail) {
    return {.status = status, .content_type = "text/plain", .body = std::string(detail)};
}

std::optional<std::string_view> find_key(const http::Request& request) {
    const std::string* key = request.headers.find("key");
    if (!key) return std::nullopt;
    return *key;
}

const std::vector<service::Route> routes = {
    service::read_route(get, "/test/{uid}", parse_uid, show_account, render_account),
    service::create_route(post, "/test/{uid}", parse_uid, open_it, render_account),
    service::write_route(patch, "/test/{uid}", parse_uid, name_it, render_account),
    service::after_looking(parse_uid, look_at_it,
                           service::write_route(put, "/test/{uid}", parse_uid, name_it, render_account)),
};

const service::Dialect test_dialect = {
    .name = "test",
    .prefix = "/test/",
    .routes = &routes,
    .credential_kind = CredentialKind::partner_token,
    .find_secret = find_key,
    .render_error = render_error,
    .render_status = render_status,
};

service::ServiceOptions own_options() {
    service::ServiceOptions options;
    options.dialects = {&test_dialect};
    return options;
}

// "200 a for Northwind"
std::string ask(service::Service& service, http::Method method, std::string target, const std::string& key = {}) {
    http::Request request{.method = method, .target = std::move(target), .headers = {{"key", "right"}}, .body = {}};
    if (!key.empty()) request.headers.add("Idempotency-Key", key);
    request.method_name = http::to_string(method);
    request.remote_address = "192.0.2.1";
    std::promise<http::Response> answered;
    service.serve(std::move(request), [&](http::Response response) { answered.set_value(std::move(response)); });
    const http::Response response = answered.get_future().get();
    return std::to_string(response.status) + ' ' + response.body +
           (response.headers.find("Idempotency-Replayed") ? " again" : "");
}

class BeginAgainTest : public EngineTest {
protected:
    BeginAgainTest() {
        write([&](db::Tx& tx) {
            credential_ = add_credential(tx, world_, {.reseller_id = partner_id, .secret = "right"}).value().credential;
        });
        open("a");
        EXPECT_EQ(answer(get, "/test/a"), "200 a for Northwind");
        outdated_before_ = shared_.outdated();
    }

    std::string answer(http::Method method, std::string target, const std::string& key = {}) {
        return ask(service_, method, std::move(target), key);
    }

    int outdated() const { return shared_.outdated() - outdated_before_; }

    // By another server: here nobody hears of it.
    void rename(const std::string& name) {
        change_reseller(partner_id, [&](Reseller& reseller) { reseller.name = name; });
    }
    void revoke() {
        credential_.revoked_at = world_.now();
        write([&](db::Tx& tx) { store::update_credential(tx, credential_); });
    }

    Credential credential_;
    int outdated_before_ = 0;
    SharedDatabase shared_{*database_};
    service::Service service_{shared_, world_, own_options()};
};

TEST_F(BeginAgainTest, RefusesAKeyThatAnotherServerHasRevoked) {
    revoke();
    EXPECT_EQ(answer(post, "/test/new"), "499 unauthenticated");
    EXPECT_EQ(outdated(), 1);
    EXPECT_EQ(answer(get, "/test/a"), "499 unauthenticated");
    EXPECT_EQ(outdated(), 1) << "it is known now";
    EXPECT_EQ(outcome(run(show_account, {"new"})), "not_found");
}

TEST_F(BeginAgainTest, AnswersByWhatIsSoNowWhateverIsAsked) {
    int changes = 0;
    const auto after_change = [&](http::Method method, const std::string& target, const std::string& key = {}) {
        rename("Name" + std::to_string(++changes));
        return answer(method, target, key);
    };
    EXPECT_EQ(after_change(get, "/test/a"), "200 a for Name1");
    EXPECT_EQ(after_change(post, "/test/b"), "200 b for Name2");
    EXPECT_EQ(after_change(patch, "/test/c"), "200 c for Name3");
    EXPECT_EQ(after_change(put, "/test/a"), "200 a for Name4") << "looked at first";
    EXPECT_EQ(after_change(post, "/test/d", "key"), "200 d for Name5");
    EXPECT_EQ(after_change(post, "/test/d", "key"), "200 d for Name5 again");
    EXPECT_EQ(outdated(), changes);
    EXPECT_EQ(story_of(show("b")), "account.opened") << "once";
}

TEST_F(BeginAgainTest, WritesByWhatIsSoNow) {
    const Instant frozen_at = world_.now() + std::chrono::hours(1'000);
    change_reseller(partner_id, [&](Reseller& reseller) { reseller.clock.frozen_at = frozen_at; });
    EXPECT_EQ(answer(post, "/test/b"), "200 b for Northwind");
    EXPECT_EQ(show("b").created_at, frozen_at);
}

TEST_F(BeginAgainTest, GivesUpWhereThereIsAlwaysSomethingNewer) {
    shared_.change_without_end();
    EXPECT_EQ(answer(post, "/test/b"), "499 unavailable");
    EXPECT_EQ(outdated(), 5);
    EXPECT_EQ(answer(post, "/test/b", "key"), "499 unavailable");
    EXPECT_EQ(answer(post, "/test/b", "key"), "499 unavailable") << "the key is under way no more";
    EXPECT_EQ(outcome(run(show_account, {"b"})), "not_found");
}

TEST(BeginAgain, HoldsBetweenTwoServersOnOnePostgres) {
    const test::PostgresDatabase place;
    db::PostgresOptions deaf = place.options();
    deaf.look_each = std::chrono::hours(1);  // hears of others by its works alone
    TestWorld world;
    const auto first = db::open_postgres(place.options());
    const auto second = db::open_postgres(deaf);
    ASSERT_TRUE(store::migrate(*first).ok());
    Credential credential;
    db::write_and_wait(*first, [&](db::Tx& tx) {
        ASSERT_TRUE(add_reseller(tx, world, {.id = 2, .name = "Northwind"}).ok());
        credential = add_credential(tx, world, {.reseller_id = 2, .secret = "right"}).value().credential;
    });
    service::Service service(*second, world, own_options());
    EXPECT_EQ(ask(service, patch, "/test/a"), "200 a for Northwind");
    const auto change = [&](const std::function<void(db::Tx&)>& work) { db::write_and_wait(*first, work); };
    change([&](db::Tx& tx) {
        Reseller reseller = store::find_reseller(tx, 2).value();
        reseller.name = "Southwind";
        store::update_reseller(tx, reseller);
    });
    EXPECT_EQ(ask(service, patch, "/test/a"), "200 a for Southwind");
    credential.revoked_at = world.now();
    change([&](db::Tx& tx) { store::update_credential(tx, credential); });
    EXPECT_EQ(ask(service, patch, "/test/a"), "499 unauthenticated");
    service.stop();
}

}  // namespace
