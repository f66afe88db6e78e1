#include "engine/resellers/erase_event.h"

#include <algorithm>

#include "engine/access/reach.h"
#include "engine/access/why.h"
#include "engine/field_errors.h"
#include "engine/resellers/list_events.h"
#include "engine/resellers/operator_event.h"
#include "store/events.h"

namespace {

constexpr std::string_view kept_fields[] = {"status",           "stage", "holds", "removed_at", "deployed_members",
                                            "webhook_endpoint", "event"};

Result<void> check_fields(const Event& event, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) {
        const auto is_of_field = [&](const Change& change) { return change.field == field; };
        if (std::none_of(event.changes.begin(), event.changes.end(), is_of_field))
            return refuse("fields", Rule::unknown, "The event has no change of such a field.");
        if (!may_be_erased(field)) return refuse("fields", Rule::unsupported, "What this field says stays.");
    }
    return {};
}

// Of those that are asked for; each once.
std::vector<std::string> fields_to_erase(const Event& event, const std::vector<std::string>& asked) {
    std::vector<std::string> fields;
    for (const Change& change : event.changes) {
        const bool is_asked = asked.empty() || std::find(asked.begin(), asked.end(), change.field) != asked.end();
        const bool is_known = std::find(fields.begin(), fields.end(), change.field) != fields.end();
        if (is_asked && !is_known && !change.is_erased && may_be_erased(change.field)) fields.push_back(change.field);
    }
    return fields;
}

std::string joined(const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& field : fields) text += (text.empty() ? "" : ",") + field;
    return text;
}

}  // namespace

bool may_be_erased(std::string_view field) {
    return std::find(std::begin(kept_fields), std::end(kept_fields), field) == std::end(kept_fields);
}

Result<Event> erase_event(db::Tx& tx, World& world, const Caller& caller, const EraseEvent& command) {
    Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const NameEvent name{.reseller_id = command.reseller_id, .event_id = command.event_id};
    const Event event = TRY(show_event(tx, world, caller, name));
    TRY(check_fields(event, command.fields));
    TRY(add_why(tx, acting, command.why));
    const std::vector<std::string> fields = fields_to_erase(event, command.fields);
    const bool has_words = !event.why.comment.empty() || !event.remote_address.empty();
    if (fields.empty() && !has_words) return event;
    store::erase_event_values(tx, acting.reseller.id, event.id, fields);
    std::vector<Change> changes = {{"event", "", std::to_string(event.id)}};
    add_change(changes, "fields", "", joined(fields));
    append_operator_event(tx, world, acting, EventKind::event_erased, std::move(changes));
    return show_event(tx, world, caller, name);
}
