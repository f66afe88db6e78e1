// Imports: GET, POST /admin/v1/imports; GET, DELETE /admin/v1/imports/{importId}; POST .../rows and .../finish;
// GET .../refusals.
//
//   {"id": 1, "fingerprint": "...", "name": "customers.csv", "action": "open" | "hold" | "lift" | "redate" | "close" |
//    "remove", "position": 1000, "opened": 998, "refused": 2,
//    "created_at": ..., "updated_at": ..., "finished_at": null | date-time}
//
// opened: so many rows were carried out, whatever the action is.
//
// POST /admin/v1/imports {"fingerprint": "...", "name"?: "...", "action"?: "open"}: 201, or 200 with the import of that
// fingerprint that there is. POST .../rows {"position": 1000, "rows": [...]}: up to 1000 rows, the first of them
// following so many others; 409 when the import stands elsewhere, as after a lost answer: then ask where, and go on
// from there. A row is
//
//   {"reseller_id": 2, "uid": "...", "type": "individual" | "family", "domain": "...", "ends_at"?: null | date-time}
//   or {"unreadable": "why"}
//
// and, of accounts that are changed, {"id": 1024} or {"reseller_id": 2, "uid": "..."}, with "ends_at" for redate (null
// or none: the account has no end); what else stands there is refused,
//
// and what is wrong with it stands among the refusals: {"row": 17, "uid": "...", "field": "...", "code": "...",
// "detail": "..."}, rows from 1.

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/accounts/import_accounts.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

Result<BeginImport> parse_begin(const Call& call) {
    Body body = TRY(Body::read(call));
    BeginImport command{.fingerprint = body.text("fingerprint"), .name = body.find_text("name").value_or("")};
    if (const auto text = body.find_text("action")) {
        const auto action = parse_import_action(*text);
        command.action = action.value_or(ImportAction::open);
        if (!action)
            body.object_to("action", Rule::unsupported, "It must be open, hold, lift, redate, close or remove.");
    }
    TRY(body.finish());
    return command;
}

Result<NameImport> parse_name(const Call& call) { return NameImport{TRY(parse_id(call.path_values[0]))}; }

Result<NameImport> parse_finish(const Call& call) {
    Body body = TRY(Body::read(call));
    TRY(body.finish());
    return parse_name(call);
}

Result<ListImports> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    ListImports command{.page = read_page(query, call)};
    TRY(query.finish());
    return command;
}

Result<ListImportRefusals> parse_list_refusals(const Call& call) {
    ListImportRefusals command{.import_id = TRY(parse_id(call.path_values[0]))};
    Query query = TRY(Query::read(call));
    command.page = read_page(query, call);
    TRY(query.finish());
    return command;
}

// Reads one row. What is wrong with its shape is the row's refusal, not the request's.
class RowReader {
public:
    explicit RowReader(const boost::json::value& value) : object_(value.if_object()) {}

    ImportRow read() {
        if (!object_) {
            object_to("", Rule::wrong_type, "A row is an object.");
            return std::move(row_);
        }
        row_.open.opened_under = Revision::admin;
        for (const auto& [name, value] : *object_) read_member(name, value);
        // Whether that fits the action only the import itself knows.
        row_.has_end = object_->contains("ends_at");
        row_.says_what_to_open = object_->contains("type") || object_->contains("domain");
        std::vector<std::string_view> required{"reseller_id", "uid"};
        if (row_.says_what_to_open) required = {"reseller_id", "uid", "type", "domain"};
        if (!row_.says_what_to_open && object_->contains("id")) required.clear();
        for (const std::string_view name : required)
            if (!object_->contains(name)) object_to(name, Rule::required, "It must be there.");
        if (row_.unreadable) row_.unreadable->uid = row_.open.uid;
        return std::move(row_);
    }

private:
    void read_member(std::string_view name, const boost::json::value& value) {
        if (name == "unreadable") return object_to("", Rule::unreadable, text_of(name, value));
        if (name == "uid")
            row_.open.uid = text_of(name, value);
        else if (name == "domain")
            row_.open.domain = text_of(name, value);
        else if (name == "type")
            read_type(text_of(name, value));
        else if (name == "ends_at")
            read_end(value);
        else if (name != "reseller_id" && name != "id")
            object_to(name, Rule::unknown, "There is no such member.");
        else if (!value.is_int64())
            object_to(name, Rule::wrong_type, "It must be a whole number.");
        else
            (name == "id" ? row_.account_id : row_.reseller_id) = value.get_int64();
    }

    std::string text_of(std::string_view name, const boost::json::value& value) {
        if (value.is_string()) return std::string(value.get_string());
        object_to(name, Rule::wrong_type, "It must be a string.");
        return "";
    }

    void read_type(const std::string& text) {
        const auto type = parse_account_type(text);
        if (type) row_.open.type = *type;
        if (!type) object_to("type", Rule::unsupported, "It must be individual or family.");
    }

    void read_end(const boost::json::value& value) {
        if (value.is_null()) return;
        row_.open.ends_at = value.is_string() ? parse_rfc3339(std::string_view(value.get_string())) : std::nullopt;
        if (!row_.open.ends_at) object_to("ends_at", Rule::bad_format, "It must be an RFC 3339 date-time.");
    }

    // The first objection counts.
    void object_to(std::string_view field, Rule rule, std::string_view detail) {
        if (!row_.unreadable)
            row_.unreadable = ImportRefusal{
                .field = std::string(field), .code = std::string(to_string(rule)), .detail = std::string(detail)};
    }

    const boost::json::object* object_;
    ImportRow row_;
};

Result<ImportRows> parse_rows(const Call& call) {
    ImportRows command{.import_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.position = body.integer("position");
    const boost::json::array* rows = body.array("rows");
    TRY(body.finish());
    command.rows.reserve(rows->size());
    for (const boost::json::value& row : *rows) command.rows.push_back(RowReader(row).read());
    return command;
}

void write(JsonWriter& json, const Import& import) {
    json.open_object()
        .number("id", import.id)
        .text("fingerprint", import.fingerprint)
        .text("name", import.name)
        .unescaped("action", to_string(import.action))
        .number("position", import.position)
        .number("opened", import.opened)
        .number("refused", import.refused)
        .instant("created_at", import.created_at)
        .instant("updated_at", import.updated_at)
        .instant("finished_at", import.finished_at)
        .close_object();
}

http::Response render_import(const Call&, const Import& import) {
    JsonWriter json;
    write(json, import);
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_begun(const Call& call, const BegunImport& begun) {
    http::Response response = render_import(call, begun.import);
    if (!begun.is_new) return response;
    response.status = 201;
    response.headers.set("Location", "/admin/v1/imports/" + std::to_string(begun.import.id));
    return response;
}

http::Response render_nothing(const Call&, const Import&) { return {.status = 204}; }

http::Response render_list(const Call& call, const Page<Import, std::int64_t>& page) {
    JsonWriter json(4'096);
    json.open_object().open_array("imports");
    for (const Import& import : page.items) write(json, import);
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_refusals(const Call& call, const Page<ImportRefusal, std::int64_t>& page) {
    JsonWriter json(128 * (page.items.size() + 1));
    json.open_object().open_array("refusals");
    for (const ImportRefusal& refusal : page.items)
        json.open_object()
            .number("row", refusal.row)
            .text("uid", refusal.uid)
            .text("field", refusal.field)
            .text("code", refusal.code)
            .text("detail", refusal.detail)
            .close_object();
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> import_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    return {
        service::for_reader(read_route(get, "/admin/v1/imports", parse_list, list_imports, render_list)),
        service::for_operator(create_route(post, "/admin/v1/imports", parse_begin, begin_import, render_begun)),
        service::for_reader(show_route(get, "/admin/v1/imports/{importId}", parse_name, show_import, render_import)),
        // The record and the refusals; the accounts stay.
        service::for_operator(
            write_route(delete_, "/admin/v1/imports/{importId}", parse_name, remove_import, render_nothing)),
        service::for_operator(
            write_route(post, "/admin/v1/imports/{importId}/rows", parse_rows, import_rows, render_import)),
        service::for_operator(
            write_route(post, "/admin/v1/imports/{importId}/finish", parse_finish, finish_import, render_import)),
        service::for_reader(read_route(get, "/admin/v1/imports/{importId}/refusals", parse_list_refusals,
                                       list_import_refusals, render_refusals)),
    };
}

}  // namespace admin
