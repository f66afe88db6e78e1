#include "cli/story.h"

namespace cli {
namespace {

std::string text_of(const json::object& object, const char* name, std::string_view otherwise = "") {
    const json::value* value = object.if_contains(name);
    return std::string(value && value->is_string() ? std::string_view(value->get_string()) : otherwise);
}

// "account.end_date_moved" -> "end date moved"; of the reseller: "credential added"
std::string what(const json::object& event) {
    std::string kind = text_of(event, "kind");
    if (kind.starts_with("account.")) kind.erase(0, std::string_view("account.").size());
    for (char& c : kind)
        if (c == '_' || c == '.') c = ' ';
    return kind;
}

// "operator Ada", "manager 17", "clock"
std::string who(const json::object& event) {
    const json::value* actor = event.if_contains("actor");
    if (!actor || !actor->is_object()) return "";
    const json::object& object = actor->get_object();
    std::string text = text_of(object, "kind");
    const std::string name = text_of(object, "name");
    const json::value* id = object.if_contains("id");
    if (!name.empty())
        text += ' ' + name;
    else if (id && id->is_int64())
        text += ' ' + std::to_string(id->get_int64());
    return text;
}

// "fraud: ticket 17"
std::string why(const json::object& event) {
    const std::string reason = text_of(event, "reason");
    const std::string comment = text_of(event, "comment");
    return reason + (reason.empty() || comment.empty() ? "" : ": ") + comment;
}

// "status: entitled -> suspended, ends_at: 2027-01-01T00:00:00.000Z -> none"
std::string changes(const json::object& event) {
    std::string text;
    for (const json::value& value : event.at("changes").as_array()) {
        const json::object& change = value.as_object();
        text += (text.empty() ? "" : ", ") + text_of(change, "field") + ": ";
        if (change.contains("erased")) {
            text += "erased";
            continue;
        }
        const std::string before = text_of(change, "before");
        text += (before.empty() ? "" : before + " -> ") + text_of(change, "after", "none");
    }
    return text;
}

}  // namespace

const std::vector<Column> event_columns = {
    {"AT", "at"},      {"RESELLER", "reseller_id", 2}, {"ACCOUNT", "account_id"}, {"WHAT", "what"}, {"WHO", "who", 1},
    {"WHY", "why", 3}, {"CHANGES", "changes", 0, 24}};

const std::vector<Column> story_columns = {
    {"AT", "at"}, {"WHAT", "what"}, {"WHO", "who"}, {"WHY", "why", 1}, {"CHANGES", "changes", 0, 24}};

json::array readable_events(const json::array& events) {
    json::array lines;
    for (const json::value& value : events) {
        json::object line = value.as_object();
        line["what"] = what(line);
        line["who"] = who(line);
        line["why"] = why(line);
        line["changes"] = changes(line);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace cli
