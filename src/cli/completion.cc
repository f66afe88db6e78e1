// partnerd completion: what a shell has to know to complete partnerd's command line. Written from the commands
// themselves, so that it names what there is.

#include <algorithm>

#include "cli/program.h"

namespace cli {
namespace {

// A command and where it stands: " account list".
struct Place {
    std::string path;
    const CLI::App* app;
};

std::vector<const CLI::App*> commands_below(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* command) { return !command->get_name().empty(); });
}

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
    places.push_back({path, &app});
    for (const CLI::App* command : commands_below(app)) collect(*command, path + ' ' + command->get_name(), places);
}

std::vector<Place> places_of(const CLI::App& app) {
    std::vector<Place> places;
    collect(app, "", places);
    return places;
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
    std::vector<const CLI::Option*> options;
    for (const CLI::Option* option : app.get_options({}))
        if (!option->get_lnames().empty()) options.push_back(option);
    return options;
}

// Values that --help names: "close|stay_frozen".
std::vector<std::string> values_of(const CLI::Option& option) {
    std::vector<std::string> values;
    const std::string type = option.get_type_name();
    if (type.find('|') == std::string::npos || type.find_first_of("=@ ") != std::string::npos) return values;
    for (std::size_t begin = 0; begin <= type.size();) {
        const std::size_t end = std::min(type.find('|', begin), type.size());
        values.push_back(type.substr(begin, end - begin));
        begin = end + 1;
    }
    return values;
}

std::string words_of(const CLI::App& app) {
    std::string words;
    for (const CLI::App* command : commands_below(app)) words += command->get_name() + ' ';
    for (const CLI::Option* option : options_of(app)) words += "--" + option->get_lnames()[0] + ' ';
    return words;
}

// As one word of a shell, in single quotes.
std::string quoted(const std::string& text) {
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : c == '\n' ? " " : std::string(1, c);
    return word + "'";
}

std::string all_paths(const std::vector<Place>& places) {
    std::string paths;
    for (const Place& place : places)
        if (!place.path.empty()) paths += (paths.empty() ? "" : "|") + quoted(place.path);
    return paths;
}

// The values that an option of each place takes, as lines of a `case`.
void write_values(std::ostream& out, const std::vector<Place>& places) {
    for (const Place& place : places)
        for (const CLI::Option* option : options_of(*place.app)) {
            const auto values = values_of(*option);
            if (values.empty()) continue;
            std::string words;
            for (const std::string& value : values) words += (words.empty() ? "" : " ") + value;
            out << "    " << quoted(place.path + " --" + option->get_lnames()[0]) << ") words=" << quoted(words)
                << " ;;\n";
        }
}

void write_bash(std::ostream& out, const CLI::App& app) {
    const auto places = places_of(app);
    out << "# Completion of partnerd for bash: source <(partnerd completion bash)\n"
           "_partnerd() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} place= words= i\n"
           "    COMPREPLY=()\n"
           "    for ((i = 1; i < COMP_CWORD; ++i)); do\n"
           "        case \"$place ${COMP_WORDS[i]}\" in\n"
           "        "
        << all_paths(places)
        << ") place=\"$place ${COMP_WORDS[i]}\" ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$place $previous\" in\n";
    write_values(out, places);
    out << "    esac\n"
           "    if [[ -z $words ]]; then\n"
           "        case \"$place\" in\n";
    for (const Place& place : places)
        out << "        " << quoted(place.path) << ") words=" << quoted(words_of(*place.app)) << " ;;\n";
    out << "        esac\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "}\n"
           "complete -o bashdefault -o default -F _partnerd partnerd\n";
}

// "place|name:description" for each command and flag, so that zsh and fish can say what they are for.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string described(const std::string& name, const std::string& description) {
    std::string escaped;
    for (const char c : name) escaped += c == ':' ? std::string("\\:") : std::string(1, c);
    return quoted(escaped + ':' + first_line(description));
}

void write_zsh(std::ostream& out, const CLI::App& app) {
    const auto places = places_of(app);
    out << "#compdef partnerd\n"
           "# Completion of partnerd for zsh: partnerd completion zsh > \"${fpath[1]}/_partnerd\"\n"
           "_partnerd() {\n"
           "    local place= word\n"
           "    local -a choices\n"
           "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
           "        case \"$place $word\" in\n"
           "        ("
        << all_paths(places)
        << ") place=\"$place $word\" ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$place ${words[CURRENT-1]}\" in\n";
    for (const Place& place : places)
        for (const CLI::Option* option : options_of(*place.app)) {
            const auto values = values_of(*option);
            if (values.empty()) continue;
            out << "    (" << quoted(place.path + " --" + option->get_lnames()[0]) << ") choices=(";
            for (const std::string& value : values) out << quoted(value) << ' ';
            out << ") ;;\n";
        }
    out << "    esac\n"
           "    if (( $#choices )); then compadd -a choices; return; fi\n"
           "    case \"$place\" in\n";
    for (const Place& place : places) {
        out << "    (" << quoted(place.path) << ") choices=(";
        for (const CLI::App* command : commands_below(*place.app))
            out << described(command->get_name(), command->get_description()) << ' ';
        for (const CLI::Option* option : options_of(*place.app))
            out << described("--" + option->get_lnames()[0], option->get_description()) << ' ';
        out << ") ;;\n";
    }
    out << "    esac\n"
           "    _describe partnerd choices || _files\n"
           "}\n"
           "if [[ $funcstack[1] == _partnerd ]]; then _partnerd \"$@\"; else compdef _partnerd partnerd; fi\n";
}

void write_fish(std::ostream& out, const CLI::App& app) {
    const auto places = places_of(app);
    out << "# Completion of partnerd for fish: partnerd completion fish > ~/.config/fish/completions/partnerd.fish\n"
           "function __partnerd_is_at\n"
           "    set -l place ''\n"
           "    for word in (commandline -opc)[2..-1]\n"
           "        if contains -- \"$place $word\"";
    for (const Place& place : places)
        if (!place.path.empty()) out << ' ' << quoted(place.path);
    out << "\n"
           "            set place \"$place $word\"\n"
           "        end\n"
           "    end\n"
           "    test \"$place\" = \"$argv[1]\"\n"
           "end\n";
    for (const Place& place : places) {
        const std::string at = "complete -c partnerd -n " + quoted("__partnerd_is_at '" + place.path + "'");
        for (const CLI::App* command : commands_below(*place.app))
            out << at << " -f -a " << quoted(command->get_name()) << " -d "
                << quoted(first_line(command->get_description())) << '\n';
        for (const CLI::Option* option : options_of(*place.app)) {
            out << at << " -l " << quoted(option->get_lnames()[0]) << " -d "
                << quoted(first_line(option->get_description()));
            std::string words;
            for (const std::string& value : values_of(*option)) words += (words.empty() ? "" : " ") + value;
            if (!words.empty()) out << " -x -a " << quoted(words);
            if (words.empty() && option->get_items_expected_max() > 0) out << " -r";
            out << '\n';
        }
    }
}

}  // namespace

void add_completion_command(Program& program) {
    auto shell = std::make_shared<std::string>();
    const auto run = [shell, &program] {
        std::ostream& out = program.surroundings().out;
        if (*shell == "bash") write_bash(out, program.app());
        if (*shell == "zsh") write_zsh(out, program.app());
        if (*shell == "fish") write_fish(out, program.app());
        return exit_done;
    };
    program
        .add_own_command(nullptr, "completion", "Write what a shell needs to complete this command line",
                         "completion bash > /etc/bash_completion.d/partnerd", run)
        ->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

}  // namespace cli
