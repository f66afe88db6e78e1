// Accounts as managers see them, over a tree of resellers: 1 at the root, 10 and 20 below it, 11 below 10.

#include "store/customers.h"

#include <algorithm>
#include <map>
#include <random>

#include "core/ascii.h"
#include "engine/access/authenticate.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/catalogue/catalogue.h"
#include "engine/customers/adjust_balance.h"
#include "engine/customers/attribute_rules.h"
#include "engine/customers/edit_managers.h"
#include "engine/customers/field_formats.h"
#include "engine/customers/hold_customer.h"
#include "engine/customers/keep_catalogue.h"
#include "engine/customers/list_customers.h"
#include "engine/customers/open_customer.h"
#include "engine/customers/reassess_class.h"
#include "engine/customers/remove_entry.h"
#include "engine/customers/show_catalogue.h"
#include "engine/customers/update_customer.h"
#include "engine/email.h"
#include "engine/upkeep/housekeeping.h"
#include "store/subscriptions.h"
#include "store/users.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

class CustomersTest : public EngineTest {
protected:
    CustomersTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = 1, .name = "Root"});
            add(tx, {.id = 10, .parent_id = 1, .name = "Ten"});
            add(tx, {.id = 11, .parent_id = 10, .name = "Eleven"});
            add(tx, {.id = 20, .parent_id = 1, .name = "Twenty"});
            ok(add_account_type(tx, world_,
                                {.reseller_id = 1,
                                 .id = 1,
                                 .key = "person",
                                 .name = "Person",
                                 .name_pattern = "%first_name %middle_name %last_name"}));
            ok(add_account_class(tx, world_,
                                 {.reseller_id = 1,
                                  .id = 5,
                                  .key = "prepay",
                                  .name = "Prepay",
                                  .financial_blocking_threshold = Decimal(200),
                                  .subzero_period_days = 3}));
            for (const std::int64_t reseller_id : {1, 10, 11, 20})
                for (const auto role : {ManagerRole::sales, ManagerRole::marketing, ManagerRole::product_owner,
                                        ManagerRole::administrator}) {
                    const std::int64_t id = reseller_id * 100 + int(role);
                    ok(add_manager(
                        tx, world_,
                        {.reseller_id = reseller_id, .id = id, .name = "M", .email = email_of(id), .role = role}));
                    ok(issue_manager_token(tx, world_, reseller_id, id, token_of(reseller_id, role)));
                }
            ok(add_credential(tx, world_,
                              {.reseller_id = 1, .kind = CredentialKind::operator_token, .secret = "operator"}));
        });
    }

    void TearDown() override { set_accounts_at_once(usual_); }

    const int usual_ = accounts_at_once();

    static std::string email_of(std::int64_t manager_id) { return "m" + std::to_string(manager_id) + "@example.com"; }

    template <class T>
    static void ok(const Result<T>& result) {
        ASSERT_TRUE(result.ok()) << outcome(result);
    }

    static std::string token_of(std::int64_t reseller_id, ManagerRole role) {
        return std::to_string(reseller_id) + "-" + std::string(to_string(role));
    }

    Result<Caller> find_caller(const std::string& secret) {
        std::optional<Identity> identity;
        read([&](db::Tx& tx) { identity = find_identity(tx, secret); });
        if (!identity) return Error{Reason::unauthenticated, ""};
        return accept_identity(world_, *identity, identity->credential.kind);
    }

    template <class Command, class Answer>
    Result<Answer> as(const std::string& secret,
                      Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                      const std::type_identity_t<Command>& command) {
        const Caller caller = find_caller(secret).value();
        return transact<Answer>([&](db::Tx& tx) { return operation(tx, world_, caller, command); });
    }

    static OpenCustomer request(std::int64_t reseller_id, const std::string& owner_email = "o@example.com") {
        OpenCustomer command{.reseller_id = reseller_id};
        const std::map<std::string_view, std::string> texts = {
            {"first_name", "Clotilde"}, {"last_name", "Ledner"}, {"email", "Clotilde@example.com"},
            {"country", "BY"},          {"region", "Minsk"},     {"city", "Minsk"},
            {"street", "Mira"},         {"zip", "220000"},       {"phone", "+375290000000"}};
        for (std::size_t i = 0; i < text_fields.size(); ++i)
            if (const auto text = texts.find(text_fields[i].name); text != texts.end())
                command.fields.texts[i] = text->second;
        command.fields.account_type_id = 1;
        command.fields.account_class_key = "prepay";
        command.new_owner = {"Alba", std::nullopt, "Stehr", owner_email};
        return command;
    }

    Customer opened(std::int64_t reseller_id = 1) { return as("1-admin", open_customer, request(reseller_id)).value(); }

    Customer adjust(const Customer& customer, std::string_view amount) {
        return as("operator", adjust_balance,
                  {.reseller_id = customer.account.reseller_id,
                   .account_id = customer.account.id,
                   .amount = *parse_decimal(amount)})
            .value();
    }

    CustomerStatus status(const Customer& customer) {
        return status_of_customer(
            as("1-admin", show_customer, {customer.account.reseller_id, customer.account.id}).value().account);
    }
};

TEST_F(CustomersTest, OpensAnAccountWithAProfileAndAnOwner) {
    const Customer customer = opened();
    EXPECT_EQ(customer.account.uid, std::to_string(customer.account.id));
    EXPECT_EQ(customer.account.domain, "");
    EXPECT_EQ(customer.account.opened_under, Revision::activeplatform);
    EXPECT_EQ(status_of_customer(customer.account), CustomerStatus::active);
    EXPECT_EQ(customer.profile->name, "Clotilde  Ledner");
    EXPECT_EQ(customer.profile->tech_user_id, customer.owner->id);
    EXPECT_EQ(customer.profile->bill_user_id, customer.owner->id);
    EXPECT_FALSE(customer.profile->terms_accepted_at);
    EXPECT_EQ(customer.profile->work_permit, WorkPermit::not_verified);
    EXPECT_EQ(customer.owner->privacy_policy_accepted_at, customer.account.created_at);
    EXPECT_EQ(story_of(customer.account), "account.opened");
    read([&](db::Tx& tx) { EXPECT_EQ(store::find_owner(tx, 1, customer.account.id), customer.owner); });
    EXPECT_EQ(problems(), std::vector<std::string>());
}

// Each manager against each reseller: above, beside and below. What is out of reach does not exist.
TEST_F(CustomersTest, ReachesItsOwnResellerAndThoseBelow) {
    const std::map<std::int64_t, std::vector<std::int64_t>> reach = {
        {1, {1, 10, 11, 20}}, {10, {10, 11}}, {11, {11}}, {20, {20}}};
    std::map<std::int64_t, Customer> customers;
    for (const std::int64_t id : {1, 10, 11, 20}) customers.emplace(id, opened(id));
    for (const auto& [home, reachable] : reach)
        for (const auto& [target, customer] : customers) {
            const std::string token = token_of(home, ManagerRole::administrator);
            const bool reaches = std::find(reachable.begin(), reachable.end(), target) != reachable.end();
            const std::string expected = reaches ? "done" : "not_found";
            const ShowCustomer name{target, customer.account.id};
            UpdateCustomer update{.reseller_id = target, .account_id = customer.account.id};
            update.fields.account_type_id = 1;
            ListCustomers list;
            list.filter.reseller_id = target;
            EXPECT_EQ(outcome(as(token, show_customer, name)), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, list_customers, list)), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, open_customer, request(target))), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, update_customer, update)), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, hold_customer, name)), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, lift_customer, name)), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, show_catalogue, {target})), expected) << home << " " << target;
            EXPECT_EQ(outcome(as(token, show_manager, {target, target * 100 + 1})), expected) << home << " " << target;
            // An account is found through its own reseller only.
            for (const std::int64_t other : reachable)
                if (other != target) {
                    EXPECT_EQ(outcome(as(token, show_customer, {other, customer.account.id})), "not_found");
                }
        }
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(CustomersTest, LetsTheRoleDecideWhatMayBeDone) {
    struct Row {
        ManagerRole role;
        const char* look;
        const char* open;
        const char* change;
        const char* hold;
        const char* remove;
    };
    const char* no = "forbidden";
    for (const Row& row :
         {Row{ManagerRole::sales, "done", "done", "done", "done", no},
          Row{ManagerRole::marketing, "done", no, no, no, no}, Row{ManagerRole::product_owner, "done", no, no, no, no},
          Row{ManagerRole::administrator, "done", "done", "done", "done", "done"}}) {
        const Customer customer = opened();
        const ShowCustomer name{1, customer.account.id};
        UpdateCustomer update{.reseller_id = 1, .account_id = customer.account.id};
        update.fields.account_type_id = 1;
        const std::string token = token_of(1, row.role);
        EXPECT_EQ(outcome(as(token, show_customer, name)), row.look) << token;
        EXPECT_EQ(outcome(as(token, show_catalogue, {1})), row.look) << token;
        EXPECT_EQ(outcome(as(token, open_customer, request(1))), row.open) << token;
        EXPECT_EQ(outcome(as(token, update_customer, update)), row.change) << token;
        EXPECT_EQ(outcome(as(token, hold_customer, name)), row.hold) << token;
        EXPECT_EQ(outcome(as(token, lift_customer, name)), row.hold) << token;
        EXPECT_EQ(outcome(as(token, adjust_balance, {.reseller_id = 1, .account_id = customer.account.id})), no)
            << token;
        EXPECT_EQ(outcome(as(token, remove_customer, name)), row.remove) << token;
    }
}

TEST_F(CustomersTest, RefusesBeforeItLooksWhatIsOutOfReach) {
    EXPECT_EQ(outcome(as("10-marketing", open_customer, request(20))), "forbidden");
    EXPECT_EQ(outcome(as("10-admin", open_customer, request(999))), "not_found");
}

TEST_F(CustomersTest, StopsTheTokenOfAnInactiveManagerAtOnce) {
    ASSERT_TRUE(find_caller("10-sales").ok());
    const std::uint64_t before = database_->generation();
    write([&](db::Tx& tx) {
        ok(change_manager(
            tx, world_,
            {.reseller_id = 10, .id = 1001, .name = "M", .email = email_of(1001), .status = ManagerStatus::inactive}));
    });
    EXPECT_NE(database_->generation(), before);
    EXPECT_EQ(outcome(find_caller("10-sales")), "unauthenticated");
    EXPECT_TRUE(find_caller("10-admin").ok());
}

TEST_F(CustomersTest, StopsTheOldTokenWhenANewOneIsIssued) {
    write([&](db::Tx& tx) { ok(issue_manager_token(tx, world_, 10, 1001, "new")); });
    EXPECT_EQ(outcome(find_caller("10-sales")), "unauthenticated");
    EXPECT_TRUE(find_caller("new").ok());
}

TEST_F(CustomersTest, AttachesOnlyActiveSalesPeopleWithinReach) {
    const auto attach = [&](const std::string& token, std::int64_t manager_id) {
        OpenCustomer command = request(11);
        command.fields.manager_id = {true, manager_id};
        return outcome(as(token, open_customer, command));
    };
    const std::string refused = "invalid manager_id not_assignable";
    EXPECT_EQ(attach("1-admin", 101), "done");
    EXPECT_EQ(attach("1-admin", 1001), "done");
    EXPECT_EQ(attach("10-admin", 1001), "done");
    EXPECT_EQ(attach("10-admin", 1101), "done");
    EXPECT_EQ(attach("10-admin", 101), refused) << "above the caller";
    EXPECT_EQ(attach("1-admin", 2001), refused) << "beside the reseller";
    EXPECT_EQ(attach("1-admin", 1104), refused) << "an administrator";
    EXPECT_EQ(attach("1-admin", 5), refused) << "nobody";
}

TEST_F(CustomersTest, UsesTheNearestClassOfAKeyAndKeepsWhatAnAccountHas) {
    const Customer before = opened(11);
    write([&](db::Tx& tx) {
        ok(add_account_class(tx, world_, {.reseller_id = 10, .id = 6, .key = "prepay", .name = "Own"}));
    });
    EXPECT_EQ(opened(11).account_class->id, 6);
    EXPECT_EQ(opened(20).account_class->id, 5);
    EXPECT_EQ(as("1-admin", show_customer, {11, before.account.id}).value().account_class->id, 5);
}

TEST_F(CustomersTest, TakesTheNearestSettingUpwards) {
    const auto open_from = [&](std::int64_t reseller_id, const std::string& country) {
        OpenCustomer command = request(reseller_id);
        command.fields.texts[5] = country;
        return outcome(as("1-admin", open_customer, command));
    };
    write([&](db::Tx& tx) { ok(change_reseller_settings(tx, world_, 10, {{"countries", "DE,FR"}})); });
    EXPECT_EQ(open_from(10, "BY"), "invalid country not_allowed");
    EXPECT_EQ(open_from(11, "BY"), "invalid country not_allowed");
    EXPECT_EQ(open_from(11, "FR"), "done");
    EXPECT_EQ(open_from(1, "BY"), "done");
    write([&](db::Tx& tx) { ok(change_reseller_settings(tx, world_, 11, {{"countries", ""}})); });
    EXPECT_EQ(open_from(11, "BY"), "done");
    write([&](db::Tx& tx) { ok(change_reseller_settings(tx, world_, 11, {{"countries", std::nullopt}})); });
    EXPECT_EQ(open_from(11, "BY"), "invalid country not_allowed");
}

TEST_F(CustomersTest, HoldsAndLiftsByTheBalanceAlone) {
    const Customer customer = opened();
    EXPECT_EQ(status_of_customer(adjust(customer, "-200").account), CustomerStatus::active);
    EXPECT_EQ(status_of_customer(adjust(customer, "-0.0001").account), CustomerStatus::credit_hold);
    EXPECT_EQ(status_of_customer(adjust(customer, "0.0001").account), CustomerStatus::active);
    EXPECT_EQ(status_of_customer(adjust(customer, "200").account), CustomerStatus::active);
    EXPECT_EQ(story_of(customer.account),
              "account.opened account.balance_adjusted account.held account.lifted account.balance_adjusted");
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(CustomersTest, IsHeldByTheClockOnceItHasBeenBelowZeroForTheSubzeroPeriod) {
    const Customer customer = opened();
    const Instant fell_at = world_.now();
    adjust(customer, "-10");
    world_.advance(days(3) - std::chrono::milliseconds(1));
    EXPECT_EQ(status(customer), CustomerStatus::active);
    world_.advance(days(1));
    EXPECT_EQ(status(customer), CustomerStatus::credit_hold);  // before the due work has looked
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(status(customer), CustomerStatus::credit_hold);
    EXPECT_EQ(stored(customer.account).updated_at, fell_at + days(3));
    EXPECT_EQ(story_of(customer.account), "account.opened account.balance_adjusted account.held");
    EXPECT_EQ(problems(), std::vector<std::string>());
    adjust(customer, "10");
    EXPECT_EQ(status(customer), CustomerStatus::active);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(CustomersTest, KeepsCreditAndAdministrativeHoldsApart) {
    const Customer customer = opened();
    const ShowCustomer name{1, customer.account.id};
    adjust(customer, "-300");
    ok(as("1-sales", hold_customer, name));
    EXPECT_EQ(status(customer), CustomerStatus::administrative_hold);
    ok(as("1-sales", lift_customer, name));
    EXPECT_EQ(status(customer), CustomerStatus::credit_hold);
    ok(as("1-sales", hold_customer, name));
    adjust(customer, "300");
    EXPECT_EQ(status(customer), CustomerStatus::administrative_hold);
}

TEST_F(CustomersTest, JudgesAccountsAnewWhenTheirClassChanges) {
    const Customer customer = opened(11);
    adjust(customer, "-100");
    AccountClass changed = *customer.account_class;
    changed.financial_blocking_threshold = Decimal(50);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, changed)); });
    EXPECT_EQ(status(customer), CustomerStatus::credit_hold);
    changed.financial_blocking_threshold = Decimal(100);
    changed.subzero_period_days = AccountClass::forever;
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, changed)); });
    EXPECT_EQ(status(customer), CustomerStatus::active);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(CustomersTest, JudgesManyAccountsInLots) {
    set_accounts_at_once(2);
    std::vector<Customer> customers;
    for (int i = 0; i < 5; ++i) customers.push_back(opened(i % 2 ? 11 : 1));
    for (const Customer& customer : customers) adjust(customer, "-100");
    AccountClass changed = *customers[0].account_class;
    changed.financial_blocking_threshold = Decimal(50);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, changed)); });
    const auto count_held = [&] {
        return std::count_if(customers.begin(), customers.end(),
                             [&](const Customer& customer) { return status(customer) == CustomerStatus::credit_hold; });
    };
    for (const int held : {2, 4, 5}) {
        EXPECT_EQ(count_held(), held);
        read([&](db::Tx& tx) { EXPECT_EQ(store::find_class_judgement(tx).has_value(), held < 5); });
        write([&](db::Tx& tx) { judge_further(tx, world_); });
    }
    changed.financial_blocking_threshold = Decimal(200);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, changed)); });
    EXPECT_EQ(count_held(), 3);
    run_housekeeping(*database_, world_);
    EXPECT_EQ(count_held(), 0);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

// A class's id belongs to its reseller: twenty's is nobody's here.
TEST_F(CustomersTest, JudgesNobodyByTheClassOfAnotherReseller) {
    set_accounts_at_once(2);
    AccountClass own{.reseller_id = 10, .id = 7, .key = "own", .name = "Own", .subzero_period_days = 3};
    own.financial_blocking_threshold = Decimal(200);
    AccountClass other{.reseller_id = 20, .id = 7, .key = "other", .name = "Other", .subzero_period_days = 3};
    write([&](db::Tx& tx) {
        ok(add_account_class(tx, world_, own));
        ok(add_account_class(tx, world_, other));
    });
    OpenCustomer command = request(10);
    command.fields.account_class_key = "own";
    std::vector<Customer> customers;
    for (int i = 0; i < 3; ++i) customers.push_back(as("1-admin", open_customer, command).value());
    for (const Customer& customer : customers) adjust(customer, "-100");
    other.financial_blocking_threshold = Decimal(50);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, other)); });
    read([&](db::Tx& tx) {
        const auto judgement = store::find_class_judgement(tx);
        ASSERT_TRUE(judgement);
        EXPECT_EQ(judgement->through_id, customers[1].account.id) << "what is looked at in vain counts as well";
    });
    run_housekeeping(*database_, world_);
    write([&](db::Tx& tx) { EXPECT_FALSE(store::find_class_judgement(tx)); });
    ok(as("operator", remove_account_class, {20, 7}));
    run_housekeeping(*database_, world_);
    for (const Customer& customer : customers) EXPECT_EQ(status(customer), CustomerStatus::active);
}

// Eleven had its class before the one above it got another of that id.
TEST_F(CustomersTest, JudgesByTheNearestClassOfAnId) {
    AccountClass near{.reseller_id = 11, .id = 7, .key = "near", .name = "Near", .subzero_period_days = 3};
    near.financial_blocking_threshold = Decimal(200);
    AccountClass far{.reseller_id = 1, .id = 7, .key = "far", .name = "Far", .subzero_period_days = 3};
    far.financial_blocking_threshold = Decimal(200);
    write([&](db::Tx& tx) {
        ok(add_account_class(tx, world_, near));
        ok(add_account_class(tx, world_, far));
    });
    const auto open_with = [&](std::int64_t reseller_id, const std::string& key) {
        OpenCustomer command = request(reseller_id);
        command.fields.account_class_key = key;
        return as("1-admin", open_customer, command).value();
    };
    const Customer of_near = open_with(11, "near"), of_far = open_with(10, "far");
    for (const Customer& customer : {of_near, of_far}) adjust(customer, "-100");
    far.financial_blocking_threshold = Decimal(50);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, far)); });
    EXPECT_EQ(status(of_far), CustomerStatus::credit_hold);
    EXPECT_EQ(status(of_near), CustomerStatus::active);
    near.financial_blocking_threshold = Decimal(50);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, near)); });
    EXPECT_EQ(status(of_near), CustomerStatus::credit_hold);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(CustomersTest, JudgesNobodyByAClassThatIsGone) {
    set_accounts_at_once(2);
    write([&](db::Tx& tx) {
        ok(add_account_class(tx, world_,
                             {.reseller_id = 1,
                              .id = 6,
                              .key = "second",
                              .name = "Second",
                              .financial_blocking_threshold = Decimal(200),
                              .subzero_period_days = 3}));
    });
    std::vector<Customer> customers;
    for (int i = 0; i < 3; ++i) customers.push_back(opened());
    for (const Customer& customer : customers) adjust(customer, "-100");
    AccountClass changed = *customers[0].account_class;
    changed.financial_blocking_threshold = Decimal(50);
    write([&](db::Tx& tx) { ok(change_account_class(tx, world_, changed)); });
    for (const Customer& customer : customers) {
        UpdateCustomer update{.reseller_id = 1, .account_id = customer.account.id};
        update.fields.account_type_id = 1;
        update.fields.account_class_key = "second";
        ok(as("1-admin", update_customer, update));
    }
    const auto is_judging = [&] {
        bool is_there = false;
        read([&](db::Tx& tx) { is_there = store::find_class_judgement(tx).has_value(); });
        return is_there;
    };
    EXPECT_TRUE(is_judging());
    ok(as("operator", remove_account_class, {1, 5}));
    EXPECT_FALSE(is_judging());
    write([](db::Tx& tx) { store::put_class_judgement(tx, {1, 5, 0}); });
    run_housekeeping(*database_, world_);
    EXPECT_FALSE(is_judging());
    for (const Customer& customer : customers) EXPECT_EQ(status(customer), CustomerStatus::active);
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(CustomersTest, RefusesAmountsThatDoNotFitOrMakeNoSense) {
    const Customer customer = opened();
    AdjustBalance command{
        .reseller_id = 1, .account_id = customer.account.id, .amount = Decimal::from_units(Decimal::units_max)};
    ok(as("operator", adjust_balance, command));
    command.amount = Decimal(1);
    command.current_debt = Decimal(-1);
    command.financial_blocking_threshold = {true, Decimal(-1)};
    command.subscription_credit_limit = {true, Decimal(-1)};
    EXPECT_EQ(outcome(as("operator", adjust_balance, command)),
              "invalid amount out_of_range current_debt out_of_range financial_blocking_threshold out_of_range "
              "subscription_credit_limit out_of_range");
}

TEST_F(CustomersTest, ShowsWhatAnotherApiOpenedAndChangesItNot) {
    const Account account = open("from-elsewhere", {}, 10);
    const Customer customer = as("1-admin", show_customer, {10, account.id}).value();
    EXPECT_FALSE(customer.profile || customer.owner || customer.type || customer.account_class || customer.manager);
    UpdateCustomer update{.reseller_id = 10, .account_id = account.id};
    update.fields.account_type_id = 1;
    EXPECT_EQ(outcome(as("1-admin", update_customer, update)), "conflict account foreign");
    EXPECT_EQ(outcome(as("1-admin", hold_customer, {10, account.id})), "done");
}

TEST_F(CustomersTest, KeepsTheKindOfAnAccountThatHasSubAccountsOrIsOne) {
    write([&](db::Tx& tx) {
        ok(add_account_type(tx, world_,
                            {.reseller_id = 1,
                             .id = 2,
                             .key = "firm",
                             .name = "Firm",
                             .kind = AccountType::family,
                             .name_pattern = "%last_name"}));
    });
    const auto change = [&](const Customer& customer, std::int64_t type_id) {
        UpdateCustomer update{.reseller_id = 10, .account_id = customer.account.id};
        update.fields.account_type_id = type_id;
        return outcome(as("1-admin", update_customer, update));
    };
    const Customer parent = opened(10), child = opened(10);
    EXPECT_EQ(change(parent, 2), "done");
    write([&](db::Tx& tx) {
        store::insert_subscription(tx,
                                   {.reseller_id = 10, .account_id = child.account.id, .parent_id = parent.account.id});
    });
    EXPECT_EQ(change(parent, 1), "invalid account_type_id not_allowed");
    EXPECT_EQ(change(child, 2), "invalid account_type_id not_allowed");
    EXPECT_EQ(change(parent, 2), "done");
    EXPECT_EQ(change(child, 1), "done");
    ASSERT_TRUE(run(remove_account, {child.account.uid}, 10).ok());
    EXPECT_EQ(change(parent, 1), "done");
}

TEST_F(CustomersTest, SeesItsAccountsThroughOtherApisToo) {
    const Customer customer = opened(10);
    EXPECT_EQ(show(customer.account.uid, 10).id, customer.account.id);
    ASSERT_TRUE(run(remove_account, {customer.account.uid}, 10).ok());
    EXPECT_EQ(status(customer), CustomerStatus::deleted);
    EXPECT_EQ(outcome(as("1-admin", hold_customer, {10, customer.account.id})), "conflict account closed");
}

TEST_F(CustomersTest, AreHeldForTheirCreditOnlyWhereNothingElseHoldsThem) {
    const auto status_of = [](Holds holds) { return status_of_customer({.holds = holds}); };
    EXPECT_EQ(status_of({}), CustomerStatus::active);
    EXPECT_EQ(status_of({.credit = true}), CustomerStatus::credit_hold);
    for (const Holds& holds : {Holds{.ended = true}, Holds{.administrative = true}, Holds{.parent = true}}) {
        Holds both = holds;
        both.credit = true;
        EXPECT_EQ(status_of(holds), CustomerStatus::administrative_hold);
        EXPECT_EQ(status_of(both), CustomerStatus::administrative_hold);
    }
}

TEST_F(CustomersTest, FreesAUniqueValueWhenItsAccountIsDeleted) {
    write([&](db::Tx& tx) {
        ok(add_attribute(tx, world_,
                         {.reseller_id = 1,
                          .id = 1,
                          .key = "number",
                          .name = "Number",
                          .account_type_ids = {1},
                          .is_unique = true}));
    });
    const auto open_with = [&](std::int64_t reseller_id) {
        OpenCustomer command = request(reseller_id);
        command.fields.attributes = {{"number", "42"}};
        return as("1-admin", open_customer, command);
    };
    const Customer first = open_with(1).value();
    EXPECT_EQ(outcome(open_with(1)), "invalid custom_attributes.number taken");
    EXPECT_EQ(outcome(open_with(10)), "done") << "another reseller's accounts are its own affair";
    ok(as("1-admin", remove_customer, {1, first.account.id}));
    EXPECT_EQ(outcome(open_with(1)), "done");
}

TEST_F(CustomersTest, KeepsNoPasswordAnywhere) {
    write([&](db::Tx& tx) {
        ok(add_attribute(tx, world_,
                         {.reseller_id = 1,
                          .id = 1,
                          .key = "pin",
                          .name = "Pin",
                          .type = AttributeType::password,
                          .account_type_ids = {1}}));
    });
    OpenCustomer command = request(1);
    command.fields.attributes = {{"pin", "hunter2"}};
    const Customer customer = as("1-admin", open_customer, command).value();
    EXPECT_EQ(customer.profile->attributes, (AttributeValues{{"pin", std::string(kept_password)}}));
    for (const Event& event : events_of(customer.account))
        for (const Change& change : event.changes) EXPECT_EQ(change.after.find("hunter2"), std::string::npos);
}

TEST_F(CustomersTest, RefusesWhatTheCatalogueCannotHold) {
    const auto type = [&](CatalogueType entry) {
        return outcome(transact<CatalogueType>([&](db::Tx& tx) { return add_account_type(tx, world_, entry); }));
    };
    EXPECT_EQ(type({.reseller_id = 999}), "invalid reseller unknown key required name required name_pattern required");
    EXPECT_EQ(type({.reseller_id = 1, .key = "a b", .name = "A", .name_pattern = "x"}), "invalid key bad_characters");
    EXPECT_EQ(type({.reseller_id = 1, .key = "person", .name = "A", .name_pattern = "x"}), "conflict key taken");
    const auto attribute = [&](Attribute entry) {
        entry.reseller_id = 1;
        entry.key = "k";
        entry.name = "K";
        return outcome(transact<Attribute>([&](db::Tx& tx) { return add_attribute(tx, world_, entry); }));
    };
    EXPECT_EQ(attribute({.format = "("}), "invalid format bad_format");
    EXPECT_EQ(attribute({.format = "(a)\\1"}), "invalid format bad_format") << "not in linear time";
    EXPECT_EQ(attribute({.type = AttributeType::list}), "invalid options required");
    EXPECT_EQ(attribute({.type = AttributeType::date, .default_value = "today"}), "invalid default_value bad_format");
    EXPECT_EQ(attribute({.default_value = "x", .is_unique = true}), "invalid default_value not_allowed");
    EXPECT_EQ(attribute({.account_type_ids = {77}}), "invalid account_types unknown");
    const auto setting = [&](const std::string& name, const std::string& value) {
        return outcome(transact<void>([&](db::Tx& tx) {
            return change_reseller_settings(tx, world_, 1, {{name, value}});
        }));
    };
    EXPECT_EQ(setting("countries", "BY,ZZ"), "invalid countries bad_format");
    EXPECT_EQ(setting("colour", "red"), "invalid colour unknown");
    EXPECT_EQ(setting("read_limit", "many"), "invalid read_limit bad_format");
    EXPECT_EQ(setting("credential_write_limit", "600/60"), "done");
    EXPECT_EQ(setting("requests_terms_and_conditions", "yes"), "invalid requests_terms_and_conditions bad_format");
}

TEST_F(CustomersTest, AreCheckedForWhatOnlyTheyHave) {
    const Customer customer = opened();
    adjust(customer, "-300");
    EXPECT_EQ(problems(), std::vector<std::string>());
    const auto problem_after = [&](const char* sql) {
        write([&](db::Tx& tx) { tx.run_script(sql); });
        const auto found = problems();
        return found.empty() ? "" : found.back().substr(found.back().find(") ") + 2);
    };
    EXPECT_EQ(problem_after("UPDATE account_profile SET below_zero_since = NULL"),
              "does not know since when its balance is below zero.");
    EXPECT_EQ(problem_after("UPDATE account_profile SET balance = 0"),
              "is held for credit though its balance is not below zero.");
    EXPECT_EQ(problem_after("UPDATE account SET holds = 0, credit_hold_at = NULL; DELETE FROM account_user"),
              "has no owner.");
    EXPECT_EQ(problem_after("DELETE FROM account_profile"), "has no profile.");
}

// --- lists, against what one gets by looking at every account ---

class CustomerListsTest : public CustomersTest {
protected:
    CustomerListsTest() {
        write([&](db::Tx& tx) {
            ok(add_attribute(
                tx, world_,
                {.reseller_id = 1, .id = 1, .key = "inn", .name = "Taxpayer number", .account_type_ids = {1}}));
        });
        for (int i = 0; i < 40; ++i) add_one();
        for (const char* uid : {"b-foreign", "a-foreign"}) open(uid, {}, 1);
        ListCustomers everything{.filter = {.reseller_id = 1, .deleted = true}, .page = {.limit = 500}};
        all_ = as("1-admin", list_customers, everything).value().customers;
    }

    std::size_t any(std::size_t count) { return random_() % count; }
    std::string any_email() { return std::string(1, "abAB"[any(4)]) + "@example.com"; }

    void add_one() {
        OpenCustomer command = request(1, "owner" + std::to_string(any(5)) + "@example.com");
        for (std::size_t i = 0; i < text_fields.size(); ++i) {
            if (text_fields[i].name == "email") command.fields.texts[i] = any_email();
            if (text_fields[i].name == "last_name") command.fields.texts[i] = std::string(1, "xyz"[any(3)]);
            if (text_fields[i].name == "city") command.fields.texts[i] = any(2) ? "Minsk" : "Brest";
        }
        if (any(3) == 0) command.fields.attributes = {{"inn", std::to_string(any(3))}};
        const Customer customer = as("1-admin", open_customer, command).value();
        const ShowCustomer name{1, customer.account.id};
        world_.advance(std::chrono::minutes(any(3)));
        if (any(4) == 0) ok(as("1-admin", hold_customer, name));
        if (any(4) == 0) adjust(customer, "-300");
        if (any(6) == 0) ok(as("1-admin", remove_customer, name));
    }

    static std::string key_of_email(const Customer& customer) { return email_key(customer.profile->email); }

    static bool is_wanted(const Customer& customer, const CustomerFilter& filter) {
        const auto contains = [](const auto& values, const auto& value) {
            return std::find(values.begin(), values.end(), value) != values.end();
        };
        switch (status_of_customer(customer.account)) {
        case CustomerStatus::active:
            if (!filter.active) return false;
            break;
        case CustomerStatus::credit_hold:
            if (!filter.credit_hold) return false;
            break;
        case CustomerStatus::administrative_hold:
            if (!filter.administrative_hold) return false;
            break;
        case CustomerStatus::deleted:
            if (!filter.deleted) return false;
            break;
        }
        const Account& account = customer.account;
        if (filter.created_from && account.created_at < *filter.created_from) return false;
        if (filter.created_until && account.created_at >= *filter.created_until) return false;
        if (filter.updated_from && account.updated_at < *filter.updated_from) return false;
        if (filter.updated_until && account.updated_at >= *filter.updated_until) return false;
        const auto& profile = customer.profile;
        if (!filter.emails.empty() && !(profile && contains(filter.emails, key_of_email(customer)))) return false;
        if (filter.user_email && !(customer.owner && email_key(customer.owner->email) == *filter.user_email))
            return false;
        if (!filter.attribute) return true;
        return profile && contains(profile->attributes, *filter.attribute);
    }

    // Below zero: left comes first.
    static int compare(const Customer& left, const Customer& right, const SortKey& key) {
        const auto text_of = [&](const Customer& customer) -> std::optional<std::string> {
            if (!customer.profile) return std::nullopt;
            switch (key.by) {
            case CustomerOrder::name: return customer.profile->name;
            case CustomerOrder::email: return key_of_email(customer);
            case CustomerOrder::last_name: return customer.profile->last_name;
            case CustomerOrder::country: return customer.profile->country;
            default: return customer.profile->city;
            }
        };
        const auto number_of = [&](const Customer& customer) {
            if (key.by == CustomerOrder::id) return customer.account.id;
            return to_milliseconds(key.by == CustomerOrder::created_at ? customer.account.created_at
                                                                       : customer.account.updated_at);
        };
        const bool is_number = key.by <= CustomerOrder::updated_at;
        const bool is_less = is_number ? number_of(left) < number_of(right) : text_of(left) < text_of(right);
        const bool is_more = is_number ? number_of(right) < number_of(left) : text_of(right) < text_of(left);
        return (is_less ? -1 : is_more ? 1 : 0) * (key.descending ? -1 : 1);
    }

    std::vector<std::int64_t> expected(const CustomerFilter& filter, const std::vector<SortKey>& order) {
        std::vector<const Customer*> wanted;
        for (const Customer& customer : all_)
            if (is_wanted(customer, filter)) wanted.push_back(&customer);
        std::sort(wanted.begin(), wanted.end(), [&](const Customer* left, const Customer* right) {
            for (const SortKey& key : order)
                if (const int difference = compare(*left, *right, key)) return difference < 0;
            if (order.empty() && left->account.uid != right->account.uid) return left->account.uid < right->account.uid;
            return left->account.id < right->account.id;
        });
        std::vector<std::int64_t> ids;
        for (const Customer* customer : wanted) ids.push_back(customer->account.id);
        return ids;
    }

    std::optional<Moment> any_moment() {
        if (any(4) != 0) return std::nullopt;
        return Moment{all_[any(all_.size())].account.updated_at, false};
    }

    ListCustomers any_list() {
        ListCustomers list{.filter = {.reseller_id = 1}};
        CustomerFilter& filter = list.filter;
        for (std::size_t i = any(2) * any(4); i > 0; --i) filter.emails.push_back(email_key(any_email()));
        if (any(4) == 0) filter.user_email = "owner" + std::to_string(any(6)) + "@example.com";
        if (any(4) == 0) filter.attribute = {"inn", std::to_string(any(4))};
        if (any(2) == 0) {
            filter.active = any(2) == 0;
            filter.credit_hold = any(2) == 0;
            filter.administrative_hold = any(2) == 0;
            filter.deleted = any(2) == 0;
        }
        list.created_from = any_moment();
        list.created_until = any_moment();
        list.updated_from = any_moment();
        list.updated_until = any_moment();
        for (std::size_t i = any(CustomerPage::sort_keys_max + 1); i > 0; --i)
            list.page.order.push_back({CustomerOrder(1 + any(8)), any(2) == 0});
        list.page.limit = static_cast<std::int64_t>(1 + any(12));
        list.page.offset = static_cast<std::int64_t>(any(3)) * list.page.limit;
        return list;
    }

    std::mt19937 random_{20210211};
    std::vector<Customer> all_;
};

TEST_F(CustomerListsTest, HoldWhatIsAskedForInTheOrderThatIsAskedFor) {
    ASSERT_EQ(all_.size(), 42u);
    std::size_t found = 0;
    for (int round = 0; round < 600; ++round) {
        const ListCustomers list = any_list();
        CustomerFilter filter = list.filter;
        const auto at_of = [](const std::optional<Moment>& moment) {
            return moment ? std::optional(moment->at) : std::nullopt;
        };
        filter.created_from = at_of(list.created_from);
        filter.created_until = at_of(list.created_until);
        filter.updated_from = at_of(list.updated_from);
        filter.updated_until = at_of(list.updated_until);
        const std::vector<std::int64_t> wanted = expected(filter, list.page.order);
        std::vector<std::int64_t> page;
        for (auto i = static_cast<std::size_t>(list.page.offset);
             i < wanted.size() && page.size() < static_cast<std::size_t>(list.page.limit); ++i)
            page.push_back(wanted[i]);

        const CustomerList answer = as("1-admin", list_customers, list).value();
        std::vector<std::int64_t> ids;
        for (const Customer& customer : answer.customers) ids.push_back(customer.account.id);
        ASSERT_EQ(ids, page) << "round " << round;
        ASSERT_EQ(answer.total, static_cast<std::int64_t>(wanted.size())) << "round " << round;
        found += ids.size();
    }
    EXPECT_GT(found, 500u);
}

}  // namespace
