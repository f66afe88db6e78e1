// What accounts are chosen from and checked against: GET, POST /admin/v1/resellers/{resellerId}/account_types,
// .../account_classes, .../attributes; GET, PATCH, DELETE .../{id}; GET, PATCH
// /admin/v1/resellers/{resellerId}/settings. Lists hold what is the reseller's own; resellers below it use it, too.
// Amounts are strings, "200.0"; periods are days, -1 for ever.
//
//   settings: {"countries": "BY,RU", "default_domain": "...", "company_name_special_characters": "&-",
//              "company_name_forbidden_words": "LLC", "company_name_forbidden_endings": "com",
//              "requests_terms_and_conditions": "true"}; null: as the reseller above has it,
//             which GET ...?inherited=true shows in its place

#include <boost/json.hpp>

#include "dialect/admin/edits.h"
#include "dialect/admin/nouns.h"
#include "engine/customers/edit_catalogue.h"
#include "engine/customers/remove_entry.h"
#include "engine/customers/show_catalogue.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

std::vector<std::function<void(CatalogueType&)>> read_type(Body& body) {
    return Edits<CatalogueType>(body)
        .text("name", &CatalogueType::name)
        .word("kind", &CatalogueType::kind, AccountType::family)
        .text("name_pattern", &CatalogueType::name_pattern)
        .text("primary_name", &CatalogueType::primary_name)
        .integer("default_payment_method_id", &CatalogueType::default_payment_method_id)
        .boolean("default", &CatalogueType::is_default)
        .finish();
}

std::vector<std::function<void(AccountClass&)>> read_class(Body& body) {
    return Edits<AccountClass>(body)
        .text("name", &AccountClass::name)
        .text("color", &AccountClass::color)
        .word("payment_model", &AccountClass::payment_model, PaymentModel::postpay)
        .amount("financial_blocking_threshold", &AccountClass::financial_blocking_threshold)
        .integer("subzero_period", &AccountClass::subzero_period_days)
        .amount("subscription_credit_limit", &AccountClass::subscription_credit_limit)
        .boolean("buy_with_negative_balance", &AccountClass::buy_with_negative_balance)
        .integer("due_order_period", &AccountClass::due_order_period_days)
        .integer("due_payment_period", &AccountClass::due_payment_period_days)
        .integer("guaranteed_payment_limit", &AccountClass::guaranteed_payment_limit)
        .integer("guaranteed_payment_period", &AccountClass::guaranteed_payment_period_days)
        .word("stop_subscription_type", &AccountClass::stop_subscription, Handling::manually)
        .word("delete_subscription_type", &AccountClass::delete_subscription, Handling::manually)
        .boolean("denominated", &AccountClass::is_denominated)
        .integer("receipt_day", &AccountClass::receipt_day)
        .boolean("default", &AccountClass::is_default)
        .finish();
}

std::vector<AttributeOption> read_options(Body& body) {
    std::vector<AttributeOption> options;
    const boost::json::value* given = body.find("options");
    const auto refuse = [&] {
        body.object_to("options", Rule::wrong_type, "It must be a list of objects with a key and a name.");
    };
    if (given && !given->is_array()) refuse();
    if (!given || !given->is_array()) return options;
    for (const auto& entry : given->get_array()) {
        const auto* key = entry.is_object() ? entry.get_object().if_contains("key") : nullptr;
        const auto* name = entry.is_object() ? entry.get_object().if_contains("name") : nullptr;
        if (key && name && key->is_string() && name->is_string())
            options.push_back({std::string(key->get_string()), std::string(name->get_string())});
        else
            refuse();
    }
    return options;
}

std::vector<std::int64_t> read_account_types(Body& body) {
    std::vector<std::int64_t> ids;
    const boost::json::value* given = body.find("account_types");
    const auto refuse = [&] {
        body.object_to("account_types", Rule::wrong_type, "It must be a list of ids of account types.");
    };
    if (given && !given->is_array()) refuse();
    if (!given || !given->is_array()) return ids;
    for (const auto& id : given->get_array()) {
        if (id.is_int64())
            ids.push_back(id.get_int64());
        else
            refuse();
    }
    return ids;
}

std::vector<std::function<void(Attribute&)>> read_attribute(Body& body, bool is_new) {
    Edits<Attribute> edits(body);
    if (is_new)
        edits.word("subject", &Attribute::subject, AttributeSubject::manager)
            .word("type", &Attribute::type, AttributeType::list);
    edits.text("name", &Attribute::name)
        .text("format", &Attribute::format)
        .text("default_value", &Attribute::default_value)
        .boolean("optional", &Attribute::is_optional)
        .boolean("unique", &Attribute::is_unique)
        .boolean("public", &Attribute::is_public)
        .boolean("read_only_for_client", &Attribute::is_read_only_for_client)
        .boolean("read_only_for_admin", &Attribute::is_read_only_for_admin)
        .integer("weight", &Attribute::weight);
    if (body.has("options")) edits.set(&Attribute::options, read_options(body));
    if (body.has("account_types")) edits.set(&Attribute::account_type_ids, read_account_types(body));
    return edits.finish();
}

Result<ShowCatalogue> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return ShowCatalogue{TRY(parse_id(call.path_values[0]))};
}

Result<ShowEntry> parse_show(const Call& call) {
    return ShowEntry{.reseller_id = TRY(parse_id(call.path_values[0])), .id = TRY(parse_id(call.path_values[1]))};
}

Result<RemoveEntry> parse_remove(const Call& call) {
    return RemoveEntry{.reseller_id = TRY(parse_id(call.path_values[0])), .id = TRY(parse_id(call.path_values[1]))};
}

template <class Entry>
Result<Edited<Entry>> parse_create(const Call& call, std::vector<std::function<void(Entry&)>> (*read)(Body&)) {
    Edited<Entry> command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.id = body.find_integer("id");
    command.key = body.text("key");
    command.edits = read(body);
    TRY(body.finish());
    return command;
}

template <class Entry>
Result<Edited<Entry>> parse_change(const Call& call, std::vector<std::function<void(Entry&)>> (*read)(Body&)) {
    Edited<Entry> command{.reseller_id = TRY(parse_id(call.path_values[0])), .id = TRY(parse_id(call.path_values[1]))};
    Body body = TRY(Body::read(call));
    command.edits = read(body);
    TRY(body.finish());
    return command;
}

Result<Edited<CatalogueType>> parse_create_type(const Call& call) {
    return parse_create<CatalogueType>(call, read_type);
}
Result<Edited<CatalogueType>> parse_change_type(const Call& call) {
    return parse_change<CatalogueType>(call, read_type);
}
Result<Edited<AccountClass>> parse_create_class(const Call& call) {
    return parse_create<AccountClass>(call, read_class);
}
Result<Edited<AccountClass>> parse_change_class(const Call& call) {
    return parse_change<AccountClass>(call, read_class);
}
Result<Edited<Attribute>> parse_create_attribute(const Call& call) {
    return parse_create<Attribute>(call, [](Body& body) { return read_attribute(body, true); });
}
Result<Edited<Attribute>> parse_change_attribute(const Call& call) {
    return parse_change<Attribute>(call, [](Body& body) { return read_attribute(body, false); });
}

// A list, or, as it was once, a text with commas.
std::optional<std::string> read_list(Body& body, const std::string& name) {
    const boost::json::value* value = body.find(name);
    if (!value || !value->is_array()) return body.find_text(name);
    std::string joined;
    for (const boost::json::value& entry : value->get_array()) {
        const bool is_entry = entry.is_string() && !entry.get_string().empty() &&
                              std::string_view(entry.get_string()).find(',') == std::string_view::npos;
        if (!is_entry) {
            body.object_to(name, Rule::wrong_type, "It must be a list of texts without commas.");
            return std::nullopt;
        }
        joined += (joined.empty() ? "" : ",") + std::string(entry.get_string());
    }
    return joined;
}

Result<EditSettings> parse_settings(const Call& call) {
    EditSettings command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    for (const std::string& name : setting::all())
        if (body.has(name))
            command.settings[name] = setting::is_list(name) ? read_list(body, name) : body.find_text(name);
    TRY(body.finish());
    return command;
}

Result<ShowSettings> parse_show_settings(const Call& call) {
    const std::int64_t reseller_id = TRY(parse_id(call.path_values[0]));
    Query query = TRY(Query::read(call));
    const bool with_inherited = query.find_boolean("inherited").value_or(false);
    TRY(query.finish());
    return ShowSettings{reseller_id, with_inherited};
}

void write_type(JsonWriter& json, const CatalogueType& type) {
    json.open_object()
        .number("id", type.id)
        .number("reseller_id", type.reseller_id)
        .text("key", type.key)
        .text("name", type.name)
        .text("kind", to_string(type.kind))
        .text("name_pattern", type.name_pattern)
        .text("primary_name", type.primary_name)
        .number("default_payment_method_id", type.default_payment_method_id)
        .boolean("default", type.is_default)
        .number("version", type.version)
        .close_object();
}

void write_class(JsonWriter& json, const AccountClass& entry) {
    json.open_object()
        .number("id", entry.id)
        .number("reseller_id", entry.reseller_id)
        .text("key", entry.key)
        .text("name", entry.name)
        .text("color", entry.color)
        .text("payment_model", to_string(entry.payment_model))
        .text("financial_blocking_threshold", to_string(entry.financial_blocking_threshold))
        .number("subzero_period", entry.subzero_period_days)
        .text("subscription_credit_limit", to_string(entry.subscription_credit_limit))
        .boolean("buy_with_negative_balance", entry.buy_with_negative_balance)
        .number("due_order_period", entry.due_order_period_days)
        .number("due_payment_period", entry.due_payment_period_days)
        .number("guaranteed_payment_limit", entry.guaranteed_payment_limit)
        .number("guaranteed_payment_period", entry.guaranteed_payment_period_days)
        .text("stop_subscription_type", to_string(entry.stop_subscription))
        .text("delete_subscription_type", to_string(entry.delete_subscription))
        .boolean("denominated", entry.is_denominated)
        .number("receipt_day", entry.receipt_day)
        .boolean("default", entry.is_default)
        .number("version", entry.version)
        .close_object();
}

void write_attribute(JsonWriter& json, const Attribute& attribute) {
    json.open_object()
        .number("id", attribute.id)
        .number("reseller_id", attribute.reseller_id)
        .text("subject", to_string(attribute.subject))
        .text("key", attribute.key)
        .text("name", attribute.name)
        .text("type", to_string(attribute.type))
        .text("format", attribute.format)
        .text("default_value", attribute.default_value);
    json.open_array("options");
    for (const AttributeOption& option : attribute.options)
        json.open_object().text("key", option.key).text("name", option.name).close_object();
    json.close_array();
    json.open_array("account_types");
    for (const std::int64_t id : attribute.account_type_ids) json.element(id);
    json.close_array();
    json.boolean("optional", attribute.is_optional)
        .boolean("unique", attribute.is_unique)
        .boolean("public", attribute.is_public)
        .boolean("read_only_for_client", attribute.is_read_only_for_client)
        .boolean("read_only_for_admin", attribute.is_read_only_for_admin)
        .number("weight", attribute.weight)
        .number("version", attribute.version)
        .close_object();
}

void write_compiled(JsonWriter& json, const CompiledAttribute& compiled) { write_attribute(json, compiled.attribute); }

const ResellerCatalogue& own(const Scope& scope) { return *scope.catalogue->levels().front(); }

http::Response render_types(const Call&, const Scope& scope) {
    return render_entries("account_types", own(scope).types, write_type);
}
http::Response render_type(const Call&, const CatalogueType& type) { return render_entry(200, type, write_type); }
http::Response render_new_type(const Call&, const CatalogueType& type) { return render_entry(201, type, write_type); }

http::Response render_classes(const Call&, const Scope& scope) {
    return render_entries("account_classes", own(scope).classes, write_class);
}
http::Response render_class(const Call&, const AccountClass& entry) { return render_entry(200, entry, write_class); }
http::Response render_new_class(const Call&, const AccountClass& entry) {
    return render_entry(201, entry, write_class);
}

http::Response render_attributes(const Call&, const Scope& scope) {
    return render_entries("attributes", own(scope).attributes, write_compiled);
}
http::Response render_attribute(const Call&, const Attribute& attribute) {
    return render_entry(200, attribute, write_attribute);
}
http::Response render_new_attribute(const Call&, const Attribute& attribute) {
    return render_entry(201, attribute, write_attribute);
}

template <class Entry>
http::Response render_nothing(const Call&, const Entry&) {
    return {.status = 204};
}

http::Response render_settings(const Call&, const std::map<std::string, std::string>& settings) {
    JsonWriter json;
    json.open_object();
    for (const std::string& name : setting::all()) {
        const auto found = settings.find(name);
        if (found == settings.end()) {
            json.null(name);
        } else if (setting::is_list(name)) {
            json.open_array(name);
            for (const std::string& entry : split_at_commas(found->second)) json.element(entry);
            json.close_array();
        } else {
            json.text(name, found->second);
        }
    }
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> catalogue_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    constexpr std::string_view types = "/admin/v1/resellers/{resellerId}/account_types";
    constexpr std::string_view type = "/admin/v1/resellers/{resellerId}/account_types/{accountTypeId}";
    constexpr std::string_view classes = "/admin/v1/resellers/{resellerId}/account_classes";
    constexpr std::string_view one_class = "/admin/v1/resellers/{resellerId}/account_classes/{accountClassId}";
    constexpr std::string_view attributes = "/admin/v1/resellers/{resellerId}/attributes";
    constexpr std::string_view attribute = "/admin/v1/resellers/{resellerId}/attributes/{attributeId}";
    constexpr std::string_view settings = "/admin/v1/resellers/{resellerId}/settings";
    return {
        service::for_reader(read_route(get, types, parse_list, show_catalogue, render_types)),
        service::for_operator(create_route(post, types, parse_create_type, create_account_type, render_new_type)),
        service::for_reader(show_route(get, type, parse_show, show_own_account_type, render_type)),
        service::for_operator(write_route(patch, type, parse_change_type, edit_account_type, render_type)),
        service::for_operator(write_route(delete_, type, parse_remove, remove_account_type, render_nothing)),
        service::for_reader(read_route(get, classes, parse_list, show_catalogue, render_classes)),
        service::for_operator(create_route(post, classes, parse_create_class, create_account_class, render_new_class)),
        service::for_reader(show_route(get, one_class, parse_show, show_own_account_class, render_class)),
        service::for_operator(write_route(patch, one_class, parse_change_class, edit_account_class, render_class)),
        service::for_operator(write_route(delete_, one_class, parse_remove, remove_account_class, render_nothing)),
        service::for_reader(read_route(get, attributes, parse_list, show_catalogue, render_attributes)),
        service::for_operator(
            create_route(post, attributes, parse_create_attribute, create_attribute, render_new_attribute)),
        service::for_reader(show_route(get, attribute, parse_show, show_own_attribute, render_attribute)),
        service::for_operator(write_route(patch, attribute, parse_change_attribute, edit_attribute, render_attribute)),
        service::for_operator(write_route(delete_, attribute, parse_remove, remove_attribute, render_nothing)),
        service::for_reader(show_route(get, settings, parse_show_settings, show_settings, render_settings)),
        service::for_operator(write_route(patch, settings, parse_settings, edit_settings, render_settings)),
    };
}

}  // namespace admin
