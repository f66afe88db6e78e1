#include "dialect/activeplatform/accounts.h"

#include <boost/json.hpp>

#include "dialect/activeplatform/account_filters.h"
#include "dialect/activeplatform/account_resource.h"
#include "dialect/activeplatform/lists.h"
#include "dialect/activeplatform/request_body.h"
#include "engine/customers/field_formats.h"
#include "service/conditions.h"

namespace activeplatform {
namespace {

namespace json = boost::json;

// More than any account type has; each is compared with all others.
constexpr std::size_t custom_attributes_max = 200;

// Where the list stands: some clients take every member that holds `data` for a relationship, and send it there.
const json::value* find_custom_attributes(const RequestBody& body) {
    const json::value* given = body.attributes.if_contains("custom_attributes");
    return given ? given : body.relationships.if_contains("custom_attributes");
}

// The document wants strings; 1 and 0 for a checkbox invite numbers.
std::optional<std::string> to_attribute_text(const json::value* value) {
    if (!value || value->is_null()) return "";
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_int64()) return std::to_string(value->get_int64());
    return std::nullopt;
}

// {"data": [...]}, as the document has it in requests.
bool is_list_form(const json::object& given) { return given.size() == 1 && given.contains("data"); }

// As the document has it in answers: a client may send back what it was shown.
void read_map(const json::object& given, CustomerFields& fields) {
    if (given.size() > custom_attributes_max) {
        fields.unreadable.push_back(
            {"/data/attributes/custom_attributes", Rule::too_many,
             "At most " + std::to_string(custom_attributes_max) + " custom attributes can be given at once."});
        return;
    }
    for (const auto& [key, value] : given) {
        auto text = to_attribute_text(&value);
        if (text)
            fields.attributes.push_back({std::string(key), std::move(*text)});
        else
            fields.unreadable.push_back(
                {field_of_attribute(key), Rule::wrong_type, "The value of a custom attribute must be a string."});
    }
}

void read_custom_attributes(const json::value* given, CustomerFields& fields) {
    if (!given || given->is_null()) return;
    const auto refuse = [&](std::string field, std::string detail) {
        fields.unreadable.push_back({std::move(field), Rule::wrong_type, std::move(detail)});
    };
    if (given->is_object() && !is_list_form(given->get_object())) return read_map(given->get_object(), fields);
    const json::value* data = given->is_object() ? given->get_object().if_contains("data") : nullptr;
    if (!data || !data->is_array())
        return refuse("custom_attributes",
                      "custom_attributes must be an object with a list of keys and values as data.");
    if (data->get_array().size() > custom_attributes_max) {
        fields.unreadable.push_back(
            {"/data/attributes/custom_attributes/data", Rule::too_many,
             "At most " + std::to_string(custom_attributes_max) + " custom attributes can be given at once."});
        return;
    }
    for (std::size_t i = 0; i < data->get_array().size(); ++i) {
        const json::value& entry = data->get_array()[i];
        const json::value* key = entry.is_object() ? entry.get_object().if_contains("key") : nullptr;
        const std::string place = "/data/attributes/custom_attributes/data/" + std::to_string(i);
        if (!key || !key->is_string()) {
            refuse(place + "/key", "A custom attribute needs a key, a string.");
            continue;
        }
        const std::string key_text(key->get_string());
        auto text = to_attribute_text(entry.get_object().if_contains("value"));
        if (text)
            fields.attributes.push_back({key_text, std::move(*text)});
        else
            refuse(field_of_attribute(key_text), "The value of a custom attribute must be a string.");
    }
}

CustomerFields read_fields(const RequestBody& body) {
    CustomerFields fields;
    MemberReader members(body.attributes, fields.unreadable);
    for (std::size_t i = 0; i < text_fields.size(); ++i) fields.texts[i] = members.text(text_fields[i].name);
    fields.account_type_id = members.integer("account_type_id");
    fields.account_class_key = members.text("account_class_key");
    fields.manager_id = {members.has("manager_id"), members.integer("manager_id")};
    read_custom_attributes(find_custom_attributes(body), fields);
    return fields;
}

View view_of(const service::Call& call) { return read_view(call.request.query(), allowed_of_accounts()).value(); }

struct SortableField {
    std::string_view name;
    CustomerOrder order;
};

constexpr SortableField sortable_fields[] = {
    {"id", CustomerOrder::id},
    {"created_at", CustomerOrder::created_at},
    {"updated_at", CustomerOrder::updated_at},
    {"name", CustomerOrder::name},
    {"email", CustomerOrder::email},
    {"last_name", CustomerOrder::last_name},
    {"country", CustomerOrder::country},
    {"city", CustomerOrder::city},
};

const Allowed& allowed_of_lists() {
    static const Allowed allowed = [] {
        Allowed built = allowed_of_accounts();
        for (const SortableField& field : sortable_fields) built.sort.push_back(field.name);
        built.filters = account_filter_names();
        built.pages = true;
        return built;
    }();
    return allowed;
}

CustomerOrder order_of(std::string_view name) {
    for (const SortableField& field : sortable_fields)
        if (field.name == name) return field.order;
    return CustomerOrder::id;
}

http::Response render(int status, const service::Call& call, const Customer& customer) {
    constexpr std::size_t bytes_expected = 4'096;
    const View view = view_of(call);
    ::json::JsonWriter out(bytes_expected);
    out.open_object();
    out.name("data");
    AccountWriter(call.caller, view).write(out, customer);
    write_included(out, view);
    out.close_object();
    http::Response response = to_response(status, out);
    service::set_entity_tag(response);
    return response;
}

}  // namespace

Result<OpenCustomer> parse_create_account(const service::Call& call) {
    OpenCustomer command{.reseller_id = TRY(read_path_id(call.path_values[0]))};
    TRY(read_view(call.request.query(), allowed_of_accounts()));
    const RequestBody body = TRY(read_body(call, accounts_type, std::nullopt));
    command.fields = read_fields(body);
    MemberReader members(body.attributes, command.fields.unreadable);
    command.owner_id = members.integer("owner_id");
    for (std::size_t i = 0; i < new_owner_fields.size(); ++i)
        command.new_owner[i] = members.text(new_owner_fields[i].name);
    return command;
}

http::Response render_created(const service::Call& call, const Customer& customer) {
    http::Response response = render(201, call, customer);
    response.headers.set("Location", "/api/v3/resellers/" + std::to_string(customer.account.reseller_id) +
                                         "/accounts/" + std::to_string(customer.account.id));
    return response;
}

Result<ShowCustomer> parse_show_account(const service::Call& call) {
    TRY(read_view(call.request.query(), allowed_of_accounts()));
    return ShowCustomer{.reseller_id = TRY(read_path_id(call.path_values[0])),
                        .account_id = TRY(read_path_id(call.path_values[1]))};
}

http::Response render_account(const service::Call& call, const Customer& customer) {
    return render(200, call, customer);
}

Result<ListCustomers> parse_list_accounts(const service::Call& call) {
    const View view = TRY(read_view(call.request.query(), allowed_of_lists()));
    ListCustomers command;
    command.filter.reseller_id = TRY(read_path_id(call.path_values[0]));
    for (const auto& filter : view.filters) TRY(read_account_filter(filter, command));
    for (const SortField& field : view.sort) command.page.order.push_back({order_of(field.name), field.descending});
    command.page.limit = view.page_size;
    command.page.offset = (view.page_number - 1) * view.page_size;
    return command;
}

http::Response render_accounts(const service::Call& call, const CustomerList& list) {
    constexpr std::size_t bytes_each = 2'560;
    const View view = read_view(call.request.query(), allowed_of_lists()).value();
    ::json::JsonWriter out(1'024 + list.customers.size() * bytes_each);
    begin_list(out);
    AccountWriter writer(call.caller, view);
    for (const Customer& customer : list.customers) writer.write(out, customer);
    end_list(out, call, view, list.total);
    return to_response(200, out);
}

Result<UpdateCustomer> parse_update_account(const service::Call& call) {
    UpdateCustomer command{.reseller_id = TRY(read_path_id(call.path_values[0])),
                           .account_id = TRY(read_path_id(call.path_values[1]))};
    TRY(read_view(call.request.query(), allowed_of_accounts()));
    const RequestBody body = TRY(read_body(call, accounts_type, command.account_id));
    command.fields = read_fields(body);
    MemberReader members(body.attributes, command.fields.unreadable);
    command.tech_user_id = members.integer("tech_user_id");
    command.bill_user_id = members.integer("bill_user_id");
    return command;
}

Result<ShowCustomer> parse_name_account(const service::Call& call) { return parse_show_account(call); }

http::Response render_nothing(const service::Call&, const Customer&) { return {.status = 204}; }

}  // namespace activeplatform
