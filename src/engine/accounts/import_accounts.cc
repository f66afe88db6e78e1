#include "engine/accounts/import_accounts.h"

#include <unordered_map>

#include "engine/access/reach.h"
#include "engine/accounts/operate_account.h"
#include "engine/accounts/show_account.h"
#include "engine/field_errors.h"
#include "store/actor_names.h"
#include "store/imports.h"

namespace {

constexpr std::size_t text_kept_max = 200;

// Not in the middle of a character.
std::string shortened(const std::string& text) {
    if (text.size() <= text_kept_max) return text;
    std::size_t end = text_kept_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end);
}

std::string code_of(Reason reason) {
    switch (reason) {
    case Reason::not_found: return "not_found";
    case Reason::conflict: return "conflict";
    case Reason::gone: return "gone";
    case Reason::forbidden: return "forbidden";
    case Reason::invalid:
    case Reason::malformed:
    case Reason::unauthenticated:
    case Reason::idempotency_mismatch:
    case Reason::limit_exceeded:
    case Reason::unavailable:
    case Reason::broken: break;
    }
    return "invalid";
}

ImportRefusal refusal_of(const ImportRow& row, const Error& error) {
    ImportRefusal refusal{.uid = row.account_id == 0 ? row.open.uid : std::to_string(row.account_id),
                          .code = code_of(error.reason),
                          .detail = error.detail};
    if (error.fields.empty()) return refusal;
    refusal.field = error.fields[0].field;
    refusal.code = to_string(error.fields[0].rule);
    if (!error.fields[0].detail.empty()) refusal.detail = error.fields[0].detail;
    return refusal;
}

// The resellers of a batch are few: each is looked up once.
class Hand {
public:
    Hand(db::Tx& tx, World& world, const Caller& caller) : tx_(tx), world_(world), caller_(caller) {}

    Result<void> carry_out(ImportAction action, const ImportRow& row) {
        TRY(check_shape(action, row));
        if (action == ImportAction::open) {
            TRY(open_account(tx_, world_, TRY(acting_for(row.reseller_id)), row.open));
            return {};
        }
        const OperateAccount command{.account_id = TRY(find_id(row)), .ends_at = row.open.ends_at};
        switch (action) {
        case ImportAction::open: break;
        case ImportAction::hold: TRY(hold_account_by_id(tx_, world_, caller_, command)); break;
        case ImportAction::lift: TRY(lift_account_by_id(tx_, world_, caller_, command)); break;
        case ImportAction::redate: TRY(move_end_date_by_id(tx_, world_, caller_, command)); break;
        case ImportAction::close: TRY(close_account_by_id(tx_, world_, caller_, command)); break;
        case ImportAction::remove: TRY(remove_account_by_id(tx_, world_, caller_, command)); break;
        }
        return {};
    }

private:
    static Result<void> check_shape(ImportAction action, const ImportRow& row) {
        const bool opens = action == ImportAction::open;
        if (opens && !row.says_what_to_open) return refuse("type", Rule::required, "It must be there.");
        if (!opens && row.says_what_to_open) return refuse("type", Rule::unknown, "Nothing is opened here.");
        if (action == ImportAction::redate && !row.has_end)
            return refuse("ends_at", Rule::required, "It must be there; null lifts the end.");
        if (action != ImportAction::redate && !opens && row.has_end)
            return refuse("ends_at", Rule::unknown, "No end is moved here.");
        return {};
    }

    Result<Caller> acting_for(std::int64_t reseller_id) {
        auto found = callers_.find(reseller_id);
        if (found == callers_.end()) found = callers_.emplace(reseller_id, act_for(tx_, caller_, reseller_id)).first;
        if (found->second.ok()) return found->second;
        Error error = found->second.error();
        error.fields = {{"reseller_id", Rule::unknown, error.detail}};
        return error;
    }

    Result<std::int64_t> find_id(const ImportRow& row) {
        if (row.account_id != 0) return row.account_id;
        const Caller acting = TRY(acting_for(row.reseller_id));
        return TRY(show_account(tx_, world_, acting, {row.open.uid})).id;
    }

    db::Tx& tx_;
    World& world_;
    const Caller& caller_;
    std::unordered_map<std::int64_t, Result<Caller>> callers_;
};

Result<Import> get_import(db::Tx& tx, const Caller& caller, std::int64_t id) {
    auto import = store::find_import(tx, caller.reseller.id, id);
    if (!import) return Error{Reason::not_found, "There is no such import."};
    return std::move(*import);
}

}  // namespace

Result<BegunImport> begin_import(db::Tx& tx, World& world, const Caller& caller, const BeginImport& command) {
    if (command.fingerprint.empty()) return refuse("fingerprint", Rule::required, "It must be there.");
    if (command.fingerprint.size() > import_fingerprint_length_max)
        return refuse("fingerprint", Rule::too_long, "It has more than 200 characters.");
    if (command.name.size() > import_name_length_max)
        return refuse("name", Rule::too_long, "It has more than 200 characters.");
    if (auto known = store::find_import(tx, caller.reseller.id, command.fingerprint))
        return BegunImport{std::move(*known), false};
    const Instant now = world.now(caller.reseller);
    Import import{.reseller_id = caller.reseller.id,
                  .id = world.new_id(),
                  .fingerprint = command.fingerprint,
                  .name = command.name,
                  .action = command.action,
                  .created_at = now,
                  .updated_at = now};
    store::insert_import(tx, import);
    store::put_actor_name(tx, ActorKind::import, import.id, import.reseller_id, world.now(), import.name);
    return BegunImport{std::move(import), true};
}

Result<Import> show_import(db::Tx& tx, World&, const Caller& caller, const NameImport& name) {
    return get_import(tx, caller, name.id);
}

Result<Import> remove_import(db::Tx& tx, World&, const Caller& caller, const NameImport& name) {
    Import import = TRY(get_import(tx, caller, name.id));
    store::delete_import(tx, import);
    return import;
}

Result<Import> finish_import(db::Tx& tx, World& world, const Caller& caller, const NameImport& name) {
    Import import = TRY(get_import(tx, caller, name.id));
    if (import.finished_at) return import;
    import.updated_at = world.now(caller.reseller);
    import.finished_at = import.updated_at;
    store::update_import(tx, import);
    return import;
}

Result<Page<Import, std::int64_t>> list_imports(db::Tx& tx, World&, const Caller& caller, const ListImports& command) {
    return cut_page(store::list_imports(tx, caller.reseller.id, command.page.from.value_or(0), command.page.size + 1),
                    command.page, [](const Import& import) { return import.id; });
}

Result<Import> import_rows(db::Tx& tx, World& world, const Caller& caller, const ImportRows& command) {
    Import import = TRY(get_import(tx, caller, command.import_id));
    if (command.rows.size() > import_rows_at_once_max)
        return refuse("rows", Rule::too_many, "There are more than 1000 of them.");
    if (import.finished_at) return Error{Reason::conflict, "The import is finished."};
    if (command.position != import.position)
        return Error{Reason::conflict,
                     "The import stands at another row.",
                     {{"position", Rule::out_of_step, "It stands at " + std::to_string(import.position) + "."}}};
    Caller importing = caller;
    importing.actor = {.kind = ActorKind::import, .id = import.id};
    importing.follows_later = true;
    Hand hand(tx, world, importing);
    for (const ImportRow& row : command.rows) {
        ++import.position;
        std::optional<ImportRefusal> refusal = row.unreadable;
        if (!refusal)
            if (const auto done = hand.carry_out(import.action, row); !done.ok())
                refusal = refusal_of(row, done.error());
        if (!refusal) {
            ++import.opened;
            continue;
        }
        ++import.refused;
        refusal->row = import.position;
        for (std::string* text : {&refusal->uid, &refusal->field, &refusal->detail}) *text = shortened(*text);
        store::insert_import_refusal(tx, {import.reseller_id, import.id}, *refusal);
    }
    import.updated_at = world.now(caller.reseller);
    store::update_import(tx, import);
    return import;
}

Result<Page<ImportRefusal, std::int64_t>> list_import_refusals(db::Tx& tx, World&, const Caller& caller,
                                                               const ListImportRefusals& command) {
    const Import import = TRY(get_import(tx, caller, command.import_id));
    const std::int64_t after_row = command.page.from.value_or(0);
    return cut_page(store::list_import_refusals(tx, {import.reseller_id, import.id}, after_row, command.page.size + 1),
                    command.page, [](const ImportRefusal& refusal) { return refusal.row; });
}
