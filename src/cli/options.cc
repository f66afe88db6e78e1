#include "cli/options.h"

#include <algorithm>

#include "cli/dates.h"
#include "cli/program.h"
#include "cli/words.h"
#include "core/time.h"

namespace cli {
namespace {

bool is_flag_word(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

std::vector<std::string> names_of_options(const Command& command) {
    std::vector<std::string> names;
    for (const Option* option : command.options())
        for (const std::string& name : option->long_names()) names.push_back("--" + name);
    return names;
}

std::vector<std::string> names_of_commands(const Command& command) {
    std::vector<std::string> names;
    for (const Command* below : command.commands()) names.push_back(below->name());
    return names;
}

// How far a line can be followed: the command that it has come to, and the first word that makes no sense there.
struct Followed {
    const Command* command;
    std::string unknown;
    bool is_option = false;
    bool has_arguments = false;  // something follows the command's name
};

const Command* find_command(const Command& command, const std::string& name) {
    for (const Command* below : command.commands())
        if (below->name() == name) return below;
    return nullptr;
}

Followed follow(const Command& app, int argument_count, const char* const* arguments) {
    Followed followed{&app, ""};
    for (int i = 1; i < argument_count; ++i) {
        const std::string word = arguments[i];
        if (word == "--") break;
        if (is_flag_word(word) && word[1] == '-') {
            const std::string name = word.substr(0, word.find('='));
            const Option* option = followed.command->find_option(name);
            if (!option) option = app.find_option(name);
            followed.has_arguments = true;
            if (!option) return {followed.command, name, true, true};
            if (option->takes_value() && name == word) ++i;
            continue;
        }
        if (is_flag_word(word)) continue;
        if (followed.command->commands().empty()) {
            followed.has_arguments = true;
            continue;
        }
        const Command* below = find_command(*followed.command, word);
        if (!below) return {followed.command, word, false, true};
        followed = {below, ""};
    }
    return followed;
}

// "account list", or "partnerd" itself.
std::string path_of(const Command& command) {
    std::string path;
    for (const Command* at = &command; at->parent(); at = at->parent())
        path = at->name() + (path.empty() ? "" : " ") + path;
    return path;
}

std::string help_of(const Command& command) {
    const std::string path = path_of(command);
    return "partnerd " + path + (path.empty() ? "" : " ") + "--help";
}

// A command of that name somewhere else: `partnerd list`.
std::string elsewhere(const Command& app, const std::string& word) {
    std::vector<std::string> paths;
    for (const Command* group : app.commands())
        if (find_command(*group, word)) paths.push_back(group->name() + ' ' + word);
    constexpr std::size_t paths_max = 4;
    if (paths.empty() || paths.size() > paths_max) return "";
    return " There is " + any_of_words(paths) + '.';
}

}  // namespace

Option* let_choose(Option* option, std::vector<std::string> words) {
    std::string type;
    for (const std::string& word : words) type += (type.empty() ? "" : "|") + word;
    const auto check = [words = std::move(words)](std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return "";
        return "it must be " + any_of_words(words) + ", not " + printable(text) + '.' + suggestion(text, words);
    };
    return option->type_name(type)->check(check);
}

Option* add_limit(Command* command, std::int64_t& limit) {
    const auto check = [](std::string& text) -> std::string {
        if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos && text.size() <= 15) return "";
        return "it must be a whole number, not " + printable(text) + ": at most so many are shown; 0 shows all.";
    };
    return command->add_option("--limit", limit, "at most so many; 0: all (" + std::to_string(limit) + ")")
        ->type_name("N")
        ->check(check);
}

Option* add_version(Command* command, std::optional<std::int64_t>& version) {
    return command->add_option("--if-version", version, "only if nobody has changed it since")->type_name("N");
}

Option* want_date_time(Program& program, Option* option, bool may_be_none) {
    const auto change = [&program, may_be_none](std::string& text) -> std::string {
        if (may_be_none && text == "none") return "";
        if (const auto start = find_start_of_day(text)) {
            program.remember_note(text + " is taken for " + *start + ": the beginning of the day, UTC.");
            text = *start;
            return "";
        }
        if (parse_rfc3339(text)) return "";
        return "it must be a date like 2027-06-30 or a date-time like 2027-06-30T13:00:00Z, not " + printable(text) +
               '.';
    };
    return option->type_name("DATE|DATE-TIME")->transform(change);
}

const Command* find_bare_group(const Command& app, int argument_count, const char* const* arguments) {
    const Followed followed = follow(app, argument_count, arguments);
    const bool is_group = !followed.command->commands().empty();
    return is_group && followed.unknown.empty() && !followed.has_arguments ? followed.command : nullptr;
}

std::string explain(const Command& app, int argument_count, const char* const* arguments, const Error& error) {
    const Followed followed = follow(app, argument_count, arguments);
    const std::string path = path_of(*followed.command);
    if (!followed.unknown.empty() && followed.is_option)
        return (path.empty() ? "There is no option " : "`partnerd " + path + "` has no option ") +
               printable(followed.unknown) + '.' + suggestion(followed.unknown, names_of_options(*followed.command)) +
               "\n  " + help_of(*followed.command) + " lists them.";
    if (!followed.unknown.empty()) {
        std::string nearest = suggestion(followed.unknown, names_of_commands(*followed.command));
        if (nearest.empty()) nearest = elsewhere(app, followed.unknown);
        return "There is no command " + printable((path.empty() ? "" : path + ' ') + followed.unknown) + '.' + nearest +
               "\n  " + help_of(*followed.command) + " lists them.";
    }
    std::string text = printable(error.detail);
    if (text.find("not expected: ") != std::string::npos)
        text = "`partnerd " + path + "` has no use for " + text.substr(text.find("not expected: ") + 14) + '.';
    else if (!text.ends_with('.') && !text.ends_with('?'))
        text += '.';
    const std::string footer = followed.command->footer();
    const std::size_t example = footer.rfind("Example: ");
    if (example != std::string::npos) text += "\n  " + footer.substr(example);
    return text;
}

}  // namespace cli
