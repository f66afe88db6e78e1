#include "cli/entry.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <map>

namespace cli {
namespace {

struct Given {
    std::string reseller, id, key;
    std::optional<std::int64_t> new_id, if_version;
    std::map<std::string, std::vector<std::string>> values;  // by member; none: not given
};

std::string option_of(std::string_view member) {
    std::string option = "--" + std::string(member);
    std::replace(option.begin(), option.end(), '_', '-');
    return option;
}

// What is no number is sent as it stands: the server says what it wants instead.
json::value number_or_text(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
    return json::value(text);
}

json::value list_of(const std::vector<std::string>& texts, json::value (*convert)(const std::string&)) {
    json::array list;
    for (const std::string& text : texts)
        if (text != "none") list.push_back(convert(text));
    return list;
}

json::value option_entry(const std::string& text) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string key = text.substr(0, equals);
    return json::object{{"key", key}, {"name", equals == text.size() ? key : text.substr(equals + 1)}};
}

json::value to_json(MemberKind kind, const std::vector<std::string>& texts) {
    const std::string& text = texts.back();
    switch (kind) {
    case MemberKind::text: return json::value(text);
    case MemberKind::number: return text == "none" ? json::value(nullptr) : number_or_text(text);
    case MemberKind::flag: return text == "true" || text == "false" ? json::value(text == "true") : json::value(text);
    case MemberKind::numbers: return list_of(texts, number_or_text);
    case MemberKind::options: return list_of(texts, option_entry);
    }
    return nullptr;
}

json::object body_of(const EntryNoun& noun, const Given& given) {
    json::object body;
    for (const EntryMember& member : noun.members)
        if (const auto& texts = given.values.at(member.name); !texts.empty())
            body[member.name] = to_json(member.kind, texts);
    return body;
}

std::string path_of(const EntryNoun& noun, const Given& given) {
    return path({"resellers", given.reseller, noun.collection, given.id});
}

Result<void> list(Session& session, const EntryNoun& noun, const Given& given) {
    const json::value entries = TRY(session.api.get(path({"resellers", given.reseller, noun.collection})));
    session.output.list(entries.at(noun.collection).as_array(), noun.columns);
    return {};
}

Result<void> create(Session& session, const EntryNoun& noun, const Given& given) {
    json::object body = body_of(noun, given);
    body["key"] = given.key;
    if (given.new_id) body["id"] = *given.new_id;
    session.output.show(TRY(session.api.post(path({"resellers", given.reseller, noun.collection}), body)));
    return {};
}

Result<void> change(Session& session, const EntryNoun& noun, const Given& given) {
    session.output.show(TRY(session.api.patch(path_of(noun, given), body_of(noun, given), if_match(given.if_version))));
    return {};
}

Result<void> show(Session& session, const EntryNoun& noun, const Given& given) {
    session.output.show(TRY(session.api.get(path_of(noun, given))));
    return {};
}

Result<void> remove_entry(Session& session, const EntryNoun& noun, const Given& given) {
    TRY(session.api.remove(path_of(noun, given), if_match(given.if_version)));
    session.output.note("The " + std::string(noun.noun) + " is removed.");
    return {};
}

void add_members(Command* command, const EntryNoun& noun, Given& given, bool is_new) {
    for (const EntryMember& member : noun.members) {
        auto& texts = given.values[member.name];
        if (member.only_new && !is_new) continue;
        Option* option = command->add_option(option_of(member.name), texts, member.description)->one_at_a_time();
        if (!member.words.empty())
            let_choose(option, member.words);
        else if (member.kind == MemberKind::flag)
            let_choose(option, {"true", "false"});
        else
            option->type_name(member.kind == MemberKind::options ? "KEY=NAME"
                              : member.kind == MemberKind::text  ? "TEXT"
                                                                 : "N");
    }
}

}  // namespace

void add_entry_commands(Program& program, EntryNoun entry_noun) {
    const auto noun = std::make_shared<const EntryNoun>(std::move(entry_noun));
    Command* group = program.add_group(noun->group, noun->description);
    const auto add = [&](const char* name, const std::string& description, const std::string& example,
                         Result<void> (*run)(Session&, const EntryNoun&, const Given&)) {
        const auto given = std::make_shared<Given>();
        Command* command = program.add_command(group, name, description, std::string(noun->group) + ' ' + example,
                                               [=](Session& session) { return run(session, *noun, *given); });
        command->add_option("RESELLER", given->reseller, "the reseller's id")->required();
        return std::pair(command, given);
    };
    const std::string a_noun = std::string(noun->noun).find_first_of("aeiou") == 0 ? "an " : "a ";

    const auto add_id = [&](Command* command, Given& given) {
        command->add_option("ID", given.id, "the " + std::string(noun->noun) + "'s")->required();
    };

    add("list", "List a reseller's own; those below it use them, too", "list 1", list);

    const auto [show_command, shown] = add("show", "Show " + a_noun + noun->noun, "show 1 7", show);
    add_id(show_command, *shown);

    const auto [create_command, created] = add("create", "Add " + a_noun + noun->noun, noun->create_example, create);
    create_command->add_option("KEY", created->key, "names it among the reseller's own; never changes")->required();
    create_command->add_option("--id", created->new_id, "which id it gets; else the server chooses")->type_name("N");
    add_members(create_command, *noun, *created, true);

    const auto [change_command, changed] = add("change", "Change " + a_noun + noun->noun, noun->change_example, change);
    add_id(change_command, *changed);
    add_members(change_command, *noun, *changed, false);
    add_version(change_command, changed->if_version);

    const auto [remove_command, removed] =
        add("remove", "Remove " + a_noun + noun->noun + noun->removal, "remove 1 7", remove_entry);
    add_id(remove_command, *removed);
    add_version(remove_command, removed->if_version);
}

}  // namespace cli
