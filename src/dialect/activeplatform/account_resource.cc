#include "dialect/activeplatform/account_resource.h"

#include "dialect/activeplatform/nouns.h"
#include "engine/customers/credit.h"

namespace activeplatform {
namespace {

using Out = ::json::JsonWriter;

struct Shown {
    const Customer& customer;
    AccountWriter& writer;
};

std::string_view word_of(CustomerStatus status) {
    switch (status) {
    case CustomerStatus::active: return "active";
    case CustomerStatus::credit_hold: return "credit_hold";
    case CustomerStatus::administrative_hold: return "administrative_hold";
    case CustomerStatus::deleted: return "deleted";
    }
    return "";
}

// What an account that another API opened does not have is null.
template <std::string Profile::*member>
void write_text(Out& out, const Shown& it) {
    it.customer.profile ? out.text(std::string_view((*it.customer.profile).*member)) : out.null();
}

template <std::int64_t Profile::*member>
void write_id(Out& out, const Shown& it) {
    it.customer.profile ? out.number((*it.customer.profile).*member) : out.null();
}

// The document's types differ: balances are strings, debt and limits are numbers.
Out& write_string(Out& out, Decimal amount) { return out.text(std::string_view(to_string(amount))); }
Out& write_number(Out& out, Decimal amount) { return out.raw(to_string(amount)); }

bool has_money(const Shown& it) { return it.customer.profile && it.customer.account_class; }

void write_custom_attributes(Out& out, const Shown& it) {
    out.open_object();
    if (it.customer.profile) {
        const Profile& profile = *it.customer.profile;
        for (const CompiledAttribute* compiled : it.customer.catalogue->attributes_of_type(profile.account_type_id)) {
            const Attribute& attribute = compiled->attribute;
            if (attribute.type == AttributeType::password || !may_see(it.writer.caller(), attribute)) continue;
            const std::string* value = find_value(profile.attributes, attribute.key);
            out.key(attribute.key).text(value ? std::string_view(*value) : "");
        }
    }
    out.close_object();
}

constexpr AttributeOf<Shown> account_attributes[] = {
    {"created_at",
     [](Out& out, const Shown& it) { write_stamp(out, it.customer.account.created_at, *it.customer.catalogue); }},
    {"updated_at",
     [](Out& out, const Shown& it) { write_stamp(out, it.customer.account.updated_at, *it.customer.catalogue); }},
    {"reseller_id", [](Out& out, const Shown& it) { out.number(it.customer.account.reseller_id); }},
    {"name", write_text<&Profile::name>},
    {"account_class_id", write_id<&Profile::account_class_id>},
    {"primary_name", write_text<&Profile::primary_name>},
    {"first_name", write_text<&Profile::first_name>},
    {"middle_name", write_text<&Profile::middle_name>},
    {"last_name", write_text<&Profile::last_name>},
    {"country", write_text<&Profile::country>},
    {"region", write_text<&Profile::region>},
    {"city", write_text<&Profile::city>},
    {"street", write_text<&Profile::street>},
    {"building", write_text<&Profile::building>},
    {"office", write_text<&Profile::office>},
    {"zip", write_text<&Profile::zip>},
    {"phone", write_text<&Profile::phone>},
    {"email", write_text<&Profile::email>},
    {"status", [](Out& out, const Shown& it) { out.text(word_of(status_of_customer(it.customer.account))); }},
    {"balance",
     [](Out& out, const Shown& it) {
         it.customer.profile ? write_string(out, it.customer.profile->balance) : out.null();
     }},
    {"usable_balance",
     [](Out& out, const Shown& it) {
         has_money(it) ? write_string(out, usable_balance_of(*it.customer.profile, *it.customer.account_class))
                       : out.null();
     }},
    {"current_debt",
     [](Out& out, const Shown& it) {
         it.customer.profile ? write_number(out, it.customer.profile->current_debt) : out.null();
     }},
    {"subscription_credit_limit",
     [](Out& out, const Shown& it) {
         has_money(it)
             ? write_number(out, limits_of(*it.customer.profile, *it.customer.account_class).subscription_credit_limit)
             : out.null();
     }},
    {"financial_blocking_threshold",
     [](Out& out, const Shown& it) {
         has_money(it)
             ? write_number(out,
                            limits_of(*it.customer.profile, *it.customer.account_class).financial_blocking_threshold)
             : out.null();
     }},
    {"account_type_id", write_id<&Profile::account_type_id>},
    {"manager_id",
     [](Out& out, const Shown& it) { it.customer.profile ? out.number(it.customer.profile->manager_id) : out.null(); }},
    {"owner_id", [](Out& out, const Shown& it) { it.customer.owner ? out.number(it.customer.owner->id) : out.null(); }},
    {"tech_user_id", write_id<&Profile::tech_user_id>},
    {"bill_user_id", write_id<&Profile::bill_user_id>},
    {"custom_attributes", write_custom_attributes},
    {"manager",
     [](Out& out, const Shown& it) {
         const Manager* manager = it.customer.manager;
         manager
             ? out.raw(it.writer.shared(manager, ShownManager{*manager, *it.customer.catalogue, it.writer.caller()}))
             : out.null();
     }},
    {"owner",
     [](Out& out, const Shown& it) {
         if (!it.customer.owner) return void(out.null());
         write_nested(out, ShownUser{*it.customer.owner, *it.customer.catalogue});
     }},
    // There are no product managers here, and nobody registers an account for himself.
    {"account_product_managers",
     [](Out& out, const Shown&) {
         out.open_array();
         out.close_array();
     }},
    {"self_registration", [](Out& out, const Shown&) { out.boolean(false); }},
    {"default_payment_model",
     [](Out& out, const Shown& it) {
         it.customer.account_class ? out.text(to_string(it.customer.account_class->payment_model)) : out.null();
     }},
    {"account_type",
     [](Out& out, const Shown& it) {
         const CatalogueType* type = it.customer.type;
         type ? out.raw(it.writer.shared(type, ShownType{*type, *it.customer.catalogue})) : out.null();
     }},
    {"account_class",
     [](Out& out, const Shown& it) {
         const AccountClass* entry = it.customer.account_class;
         entry ? out.raw(it.writer.shared(entry, ShownClass{*entry, *it.customer.catalogue})) : out.null();
     }},
};

constexpr std::string_view subscriptions = "subscriptions";

// The one relationship that the document has; what else belongs to an account is nested in its attributes, and no two
// fields may have one name. There are no subscriptions here.
void write_relationships(Out& out, const Fields& fields) {
    if (!fields.wants(subscriptions)) return;
    out.name("relationships").open_object();
    out.name(subscriptions).open_object();
    out.name("data").open_array();
    out.close_array();
    out.close_object();
    out.close_object();
}

}  // namespace

void AccountWriter::write(::json::JsonWriter& out, const Customer& customer) {
    out.open_object();
    write_identity(out, accounts_type, customer.account.id);
    write_attributes(out, account_attributes, Shown{customer, *this}, fields_);
    write_relationships(out, fields_);
    out.close_object();
}

const Allowed& allowed_of_accounts() {
    static const Allowed allowed = [] {
        auto fields = names_of(account_attributes);
        fields.push_back(subscriptions);
        Allowed built;
        built.fields = {{accounts_type, std::move(fields)}, {subscriptions, {}}};
        built.include = {subscriptions};
        return built;
    }();
    return allowed;
}

}  // namespace activeplatform
