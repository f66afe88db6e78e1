// What is removed from a catalogue, and what stays because somebody has it: over resellers 1, 10 below it, 11 below 10.

#include "engine/customers/remove_entry.h"

#include <map>

#include "engine/access/authenticate.h"
#include "engine/accounts/remove_account.h"
#include "engine/catalogue/catalogue.h"
#include "engine/customers/edit_catalogue.h"
#include "engine/customers/open_customer.h"
#include "engine/customers/show_catalogue.h"
#include "engine/customers/update_customer.h"
#include "engine/resellers/remove_reseller.h"
#include "store/actor_names.h"
#include "store/credentials.h"
#include "tests/testing/engine_test.h"

namespace {

class RemoveEntryTest : public EngineTest {
protected:
    static constexpr std::int64_t person = 1, prepay = 5, seller = 101;

    RemoveEntryTest() {
        write([&](db::Tx& tx) {
            add(tx, {.id = 1, .name = "Root"});
            add(tx, {.id = 10, .parent_id = 1, .name = "Ten"});
            add(tx, {.id = 11, .parent_id = 10, .name = "Eleven"});
            add_type(tx, 1, person);
            ok(add_account_class(tx, world_, {.reseller_id = 1, .id = prepay, .key = "prepay", .name = "Prepay"}));
            for (const auto role : {ManagerRole::sales, ManagerRole::administrator}) {
                const std::int64_t id = role == ManagerRole::sales ? seller : 104;
                const std::string secret = role == ManagerRole::sales ? "sales" : "admin";
                ok(add_manager(
                    tx, world_,
                    {.reseller_id = 1, .id = id, .name = secret, .email = secret + "@example.com", .role = role}));
                ok(issue_manager_token(tx, world_, 1, id, secret));
            }
            for (const std::int64_t id : {1, 10})
                ok(add_credential(tx, world_,
                                  {.reseller_id = id,
                                   .kind = CredentialKind::operator_token,
                                   .secret = "operator-" + std::to_string(id)}));
        });
    }

    template <class T>
    static void ok(const Result<T>& result) {
        ASSERT_TRUE(result.ok()) << outcome(result);
    }

    void add_type(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
        ok(add_account_type(
            tx, world_,
            {.reseller_id = reseller_id, .id = id, .key = "t", .name = "T", .name_pattern = "%first_name"}));
    }

    Result<Caller> find_caller(const std::string& secret) {
        std::optional<Identity> identity;
        read([&](db::Tx& tx) { identity = find_identity(tx, secret); });
        if (!identity) return Error{Reason::unauthenticated, ""};
        return accept_identity(world_, *identity, identity->credential.kind);
    }

    template <class Command, class Answer>
    Result<Answer> call(const Caller& caller,
                        Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                        const std::type_identity_t<Command>& command) {
        return transact<Answer>([&](db::Tx& tx) { return operation(tx, world_, caller, command); });
    }

    template <class Command, class Answer>
    Result<Answer> as(const std::string& secret,
                      Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                      const std::type_identity_t<Command>& command) {
        return call(find_caller(secret).value(), operation, command);
    }

    // By the root's operator.
    template <class Answer>
    std::string removal(Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const RemoveEntry&),
                        std::int64_t reseller_id, std::int64_t id) {
        return outcome(as("operator-1", operation, {reseller_id, id}));
    }

    static OpenCustomer request(std::int64_t reseller_id, std::int64_t type_id = person) {
        OpenCustomer command{.reseller_id = reseller_id};
        const std::map<std::string_view, std::string> texts = {
            {"first_name", "Clotilde"}, {"last_name", "Ledner"}, {"email", "Clotilde@example.com"},
            {"country", "BY"},          {"region", "Minsk"},     {"city", "Minsk"},
            {"street", "Mira"},         {"zip", "220000"},       {"phone", "+375290000000"}};
        for (std::size_t i = 0; i < text_fields.size(); ++i)
            if (const auto text = texts.find(text_fields[i].name); text != texts.end())
                command.fields.texts[i] = text->second;
        command.fields.account_type_id = type_id;
        command.fields.account_class_key = "prepay";
        command.new_owner = {"Alba", std::nullopt, "Stehr", "o@example.com"};
        return command;
    }

    std::string last_event_of(std::int64_t reseller_id) {
        std::string text;
        read([&](db::Tx& tx) {
            const auto events =
                store::list_reseller_events(tx, reseller_id, {.before_id = INT64_MAX, .descending = true}, 1);
            if (events.empty()) return;
            text = to_string(events[0].kind);
            for (const Change& change : events[0].changes)
                text += ' ' + change.field + '=' + change.before + '>' + change.after;
        });
        return text;
    }
};

TEST_F(RemoveEntryTest, KeepsWhatAnAccountHasAlsoARemovedOne) {
    OpenCustomer command = request(11);
    command.fields.manager_id = {true, seller};
    const Customer customer = as("admin", open_customer, command).value();
    for (const bool is_removed : {false, true}) {
        SCOPED_TRACE(is_removed);
        if (is_removed) ok(run(remove_account, {customer.account.uid}, 11));
        EXPECT_EQ(removal(remove_account_type, 1, person), "conflict accounts in_use");
        EXPECT_EQ(removal(remove_account_class, 1, prepay), "conflict accounts in_use");
        EXPECT_EQ(removal(remove_manager, 1, seller), "conflict accounts in_use");
    }
    EXPECT_EQ(problems(), std::vector<std::string>());
}

TEST_F(RemoveEntryTest, RemovesWhatNobodyHas) {
    EXPECT_EQ(removal(remove_account_type, 10, person), "not_found") << "it is the root's";
    EXPECT_EQ(outcome(as("operator-10", remove_account_type, {1, person})), "not_found") << "out of reach";
    EXPECT_EQ(removal(remove_account_type, 1, person), "done");
    EXPECT_EQ(last_event_of(1), "catalogue.changed account_type=1>");
    EXPECT_EQ(removal(remove_account_type, 1, person), "not_found");
    EXPECT_EQ(removal(remove_account_class, 1, prepay), "done");
    EXPECT_EQ(last_event_of(1), "catalogue.changed account_class=5>");
    EXPECT_EQ(removal(remove_account_class, 1, prepay), "not_found");
    EXPECT_EQ(outcome(as("admin", open_customer, request(11))),
              "invalid account_type_id unknown account_class_key unknown");
}

TEST_F(RemoveEntryTest, StopsTheTokensOfAManagerAndKeepsTheName) {
    EXPECT_EQ(removal(remove_manager, 1, seller), "done");
    EXPECT_EQ(last_event_of(1), "manager.changed manager=101>");
    EXPECT_EQ(outcome(find_caller("sales")), "unauthenticated");
    read([&](db::Tx& tx) {
        EXPECT_TRUE(store::find_credential(tx, sha256_hex("sales"))->revoked_at);
        EXPECT_EQ(store::find_actor_name(tx, ActorKind::manager, seller, world_.now())->name, "sales");
    });
    // Another one of the same id is another one.
    const Manager other{.reseller_id = 1, .id = seller, .name = "Other", .email = "sales@example.com"};
    write([&](db::Tx& tx) { ok(add_manager(tx, world_, other)); });
    EXPECT_EQ(outcome(find_caller("sales")), "unauthenticated");
    EXPECT_EQ(removal(remove_manager, 1, 104), "done");
    EXPECT_EQ(removal(remove_manager, 1, 104), "not_found");
}

// Of two of one id an account has the nearer one.
TEST_F(RemoveEntryTest, TellsEntriesOfOneIdApart) {
    write([&](db::Tx& tx) {
        add_type(tx, 11, 7);
        add_type(tx, 10, 7);
    });
    ok(as("admin", open_customer, request(11, 7)));
    EXPECT_EQ(removal(remove_account_type, 10, 7), "done");
    EXPECT_EQ(removal(remove_account_type, 11, 7), "conflict accounts in_use");
}

TEST_F(RemoveEntryTest, KeepsTypesThatAttributesAreAskedFor) {
    const auto add_asked = [&](db::Tx& tx, std::int64_t reseller_id, const std::string& key, std::int64_t type_id) {
        ok(add_attribute(tx, world_,
                         {.reseller_id = reseller_id, .key = key, .name = "N", .account_type_ids = {2, type_id}}));
    };
    write([&](db::Tx& tx) {
        ok(add_account_type(tx, world_,
                            {.reseller_id = 1, .id = 2, .key = "firm", .name = "Firm", .name_pattern = "%first_name"}));
        ok(add_account_type(
            tx, world_, {.reseller_id = 1, .id = 12, .key = "club", .name = "Club", .name_pattern = "%first_name"}));
        add_asked(tx, 11, "inn", person);
        add_asked(tx, 1, "signer", person);
    });
    const auto refused = as("operator-1", remove_account_type, {1, person});
    EXPECT_EQ(outcome(refused), "conflict attributes in_use");
    EXPECT_EQ(refused.error().fields.at(0).detail, "Attributes are asked for this type: inn, signer.");
    EXPECT_EQ(removal(remove_account_type, 1, 12), "done") << "12 is neither 1 nor 2";
}

TEST_F(RemoveEntryTest, TakesAttributesAwayAndLeavesTheirValues) {
    const Attribute of_accounts{.reseller_id = 1, .id = 1, .key = "till", .name = "Till", .account_type_ids = {person}};
    const Attribute of_managers{
        .reseller_id = 1, .id = 2, .subject = AttributeSubject::manager, .key = "team", .name = "Team"};
    write([&](db::Tx& tx) {
        ok(add_attribute(tx, world_, of_accounts));
        ok(add_attribute(tx, world_, of_managers));
    });
    const auto edit_seller = [&](std::function<void(Manager&)> edit) {
        return outcome(as("operator-1", edit_manager, {.reseller_id = 1, .id = seller, .edits = {std::move(edit)}}));
    };
    ASSERT_EQ(edit_seller([](Manager& manager) { manager.attributes = {{"team", "north"}}; }), "done");
    OpenCustomer command = request(11);
    command.fields.attributes = {{"till", "two"}};
    const Customer customer = as("admin", open_customer, command).value();

    EXPECT_EQ(removal(remove_attribute, 1, of_accounts.id), "done");
    EXPECT_EQ(removal(remove_attribute, 1, of_managers.id), "done");
    EXPECT_EQ(last_event_of(1), "catalogue.changed attribute=2>");
    EXPECT_EQ(removal(remove_attribute, 1, of_managers.id), "not_found");

    // What is there already is nobody's fault; anything else is.
    EXPECT_EQ(edit_seller([](Manager& manager) { manager.name = "Sold"; }), "done");
    EXPECT_EQ(edit_seller([](Manager& manager) { manager.attributes = {{"team", "north"}}; }), "done");
    EXPECT_EQ(edit_seller([](Manager& manager) {
                  manager.attributes = {{"team", "south"}};
              }),
              "invalid custom_attributes.team unknown");
    UpdateCustomer update{.reseller_id = 11, .account_id = customer.account.id};
    update.fields.account_type_id = person;
    for (std::size_t i = 0; i < text_fields.size(); ++i)
        if (text_fields[i].name == "city") update.fields.texts[i] = "Brest";
    const Customer updated = as("admin", update_customer, update).value();
    EXPECT_TRUE(updated.catalogue->attributes_of_type(person).empty());
    EXPECT_EQ(updated.profile->attributes, (AttributeValues{{"till", "two"}}));
    update.fields.attributes = {{"till", "one"}};
    EXPECT_EQ(outcome(as("admin", update_customer, update)), "invalid custom_attributes.till unknown");
}

// A kept catalogue may be older than the transaction: between the two its entries, or the reseller, may have gone.
TEST_F(RemoveEntryTest, GivesNoAccountWhatHasJustBeenRemoved) {
    write([&](db::Tx& tx) { add(tx, {.id = 12, .parent_id = 10, .name = "Twelve"}); });
    const Caller caller = find_caller("admin").value();
    for (const std::int64_t id : {11, 12}) ok(call(caller, show_catalogue, {id}));
    OpenCustomer with_seller = request(11);
    with_seller.fields.manager_id = {true, seller};
    EXPECT_EQ(removal(remove_manager, 1, seller), "done");
    EXPECT_EQ(outcome(call(caller, open_customer, with_seller)), "invalid manager_id not_assignable");
    EXPECT_EQ(outcome(as("operator-1", remove_reseller, {12})), "done");
    EXPECT_EQ(outcome(call(caller, open_customer, request(12))), "not_found");

    const Customer customer = call(caller, open_customer, request(11)).value();
    write([&](db::Tx& tx) {
        ok(add_account_class(tx, world_, {.reseller_id = 10, .id = 6, .key = "spare", .name = "Spare"}));
    });
    const Caller later = find_caller("admin").value();
    ok(call(later, show_catalogue, {11}));
    EXPECT_EQ(removal(remove_account_class, 10, 6), "done");
    UpdateCustomer update{.reseller_id = 11, .account_id = customer.account.id};
    update.fields.account_type_id = person;
    update.fields.account_class_key = "spare";
    EXPECT_EQ(outcome(call(later, update_customer, update)), "invalid account_class_key unknown");
    EXPECT_EQ(removal(remove_account_type, 1, person), "conflict accounts in_use");
}

}  // namespace
