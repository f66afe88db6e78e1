// partnerd completion: what a shell has to know to complete partnerd's command line. Written from the commands
// themselves, so that it names what there is.

#include <algorithm>
#include <cctype>
#include <iomanip>

#include "cli/program.h"

namespace cli {
namespace {

// A command and where it stands: " account list".
struct Place {
    std::string path;
    const Command* app;
};

void collect(const Command& app, const std::string& path, std::vector<Place>& places) {
    places.push_back({path, &app});
    for (const Command* command : app.commands()) collect(*command, path + ' ' + command->name(), places);
}

std::vector<Place> places_of(const Command& app) {
    std::vector<Place> places;
    collect(app, "", places);
    return places;
}

std::vector<const Option*> options_of(const Command& app) {
    std::vector<const Option*> options;
    for (const Option* option : app.options())
        if (!option->long_names().empty()) options.push_back(option);
    return options;
}

// Arguments without a name, in their order.
std::vector<const Option*> positionals_of(const Command& app) {
    std::vector<const Option*> positionals;
    for (const Option* option : app.options())
        if (option->is_argument()) positionals.push_back(option);
    return positionals;
}

// Values that --help names: "close|stay_frozen". What is in capitals says of what kind a value is.
std::vector<std::string> values_of(const Option& option) {
    std::vector<std::string> values;
    std::string type = option.type_name();
    type = type.substr(0, type.find(':'));  // what checks say of themselves follows
    if (type.find('|') == std::string::npos || type.find_first_of("=@ ,") != std::string::npos) return values;
    if (std::any_of(type.begin(), type.end(), [](unsigned char c) { return std::isupper(c); })) return values;
    for (std::size_t begin = 0; begin <= type.size();) {
        const std::size_t end = std::min(type.find('|', begin), type.size());
        values.push_back(type.substr(begin, end - begin));
        begin = end + 1;
    }
    return values;
}

std::string words_of(const Command& app) {
    std::string words;
    for (const Command* command : app.commands()) words += command->name() + ' ';
    for (const Option* option : options_of(app)) words += "--" + option->long_names()[0] + ' ';
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

std::string joined(const std::vector<std::string>& values) {
    std::string words;
    for (const std::string& value : values) words += (words.empty() ? "" : " ") + value;
    return words;
}

// An option or argument of which the words are known, by what it is called in the scripts: " account list --status", or
// " promotion add 2" for the third argument.
struct Choice {
    std::string key;
    std::vector<std::string> values;
};

std::vector<Choice> choices_of(const std::vector<Place>& places) {
    std::vector<Choice> choices;
    for (const Place& place : places) {
        for (const Option* option : options_of(*place.app))
            choices.push_back({place.path + " --" + option->long_names()[0], values_of(*option)});
        const auto positionals = positionals_of(*place.app);
        for (std::size_t i = 0; i < positionals.size(); ++i)
            choices.push_back({place.path + ' ' + std::to_string(i), values_of(*positionals[i])});
    }
    std::erase_if(choices, [](const Choice& choice) { return choice.values.empty(); });
    return choices;
}

// Options behind which a value follows: that is no argument.
std::string options_with_values(const std::vector<Place>& places) {
    std::string keys;
    for (const Place& place : places)
        for (const Option* option : options_of(*place.app))
            if (option->takes_value())
                keys += (keys.empty() ? "" : "|") + quoted(place.path + " --" + option->long_names()[0]);
    return keys;
}

void write_bash(std::ostream& out, const Command& app) {
    const auto places = places_of(app);
    out << "# Completion of partnerd for bash: source <(partnerd completion bash)\n"
           "_partnerd() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local place= words= arguments=0 takes= i word\n"
           "    COMPREPLY=()\n"
           "    # Where = parts words, --status=sus are three of them.\n"
           "    if [[ $current == '=' ]]; then current=; elif [[ $previous == '=' ]]; then "
           "previous=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
           "    local prefix=\n"
           "    if [[ $current == --*=* ]]; then previous=${current%%=*}; prefix=$previous=; current=${current#*=}; "
           "fi\n"
           "    for ((i = 1; i < COMP_CWORD; ++i)); do\n"
           "        word=${COMP_WORDS[i]}\n"
           "        if [[ -n $takes ]]; then [[ $word == '=' ]] || takes=; continue; fi\n"
           "        case \"$place $word\" in\n"
           "        "
        << all_paths(places)
        << ") place=\"$place $word\" ;;\n"
           "        "
        << options_with_values(places)
        << ") takes=1 ;;\n"
           "        *' -'*) ;;\n"
           "        *) arguments=$((arguments + 1)) ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$place $previous\" in\n";
    for (const Choice& choice : choices_of(places))
        if (choice.key.find(" --") != std::string::npos)
            out << "    " << quoted(choice.key) << ") words=" << quoted(joined(choice.values)) << " ;;\n";
    out << "    esac\n"
           "    if [[ -z $words && -z $takes && $current != -* ]]; then\n"
           "        case \"$place $arguments\" in\n";
    for (const Choice& choice : choices_of(places))
        if (choice.key.find(" --") == std::string::npos)
            out << "        " << quoted(choice.key) << ") words=" << quoted(joined(choice.values)) << " ;;\n";
    out << "        esac\n"
           "    fi\n"
           "    if [[ -z $words && -z $takes ]]; then\n"
           "        case \"$place\" in\n";
    for (const Place& place : places)
        out << "        " << quoted(place.path) << ") words=" << quoted(words_of(*place.app)) << " ;;\n";
    out << "        esac\n"
           "    fi\n"
           "    COMPREPLY=($(compgen -P \"$prefix\" -W \"$words\" -- \"$current\"))\n"
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

void write_zsh(std::ostream& out, const Command& app) {
    const auto places = places_of(app);
    out << "#compdef partnerd\n"
           "# Completion of partnerd for zsh: partnerd completion zsh > \"${fpath[1]}/_partnerd\"\n"
           "_partnerd() {\n"
           "    local place= word takes= arguments=0 previous=${words[CURRENT-1]}\n"
           "    local -a choices\n"
           "    if [[ ${words[CURRENT]} == --*=* ]]; then\n"
           "        previous=${words[CURRENT]%%=*}\n"
           "        compset -P '*='\n"
           "    fi\n"
           "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
           "        if [[ -n $takes ]]; then takes=; continue; fi\n"
           "        case \"$place $word\" in\n"
           "        ("
        << all_paths(places)
        << ") place=\"$place $word\" ;;\n"
           "        ("
        << options_with_values(places)
        << ") takes=1 ;;\n"
           "        (*' -'*) ;;\n"
           "        (*) arguments=$((arguments + 1)) ;;\n"
           "        esac\n"
           "    done\n"
           "    case \"$place $previous\" in\n";
    for (const Choice& choice : choices_of(places))
        if (choice.key.find(" --") != std::string::npos)
            out << "    (" << quoted(choice.key) << ") choices=(" << joined(choice.values) << ") ;;\n";
    out << "    esac\n"
           "    if [[ -z $takes && $#choices -eq 0 && ${words[CURRENT]} != -* ]]; then\n"
           "        case \"$place $arguments\" in\n";
    for (const Choice& choice : choices_of(places))
        if (choice.key.find(" --") == std::string::npos)
            out << "        (" << quoted(choice.key) << ") choices=(" << joined(choice.values) << ") ;;\n";
    out << "        esac\n"
           "    fi\n"
           "    if (( $#choices )); then compadd -a choices; return; fi\n"
           "    case \"$place\" in\n";
    for (const Place& place : places) {
        out << "    (" << quoted(place.path) << ") choices=(";
        for (const Command* command : place.app->commands())
            out << described(command->name(), command->description()) << ' ';
        for (const Option* option : options_of(*place.app))
            out << described("--" + option->long_names()[0], option->description()) << ' ';
        out << ") ;;\n";
    }
    out << "    esac\n"
           "    _describe partnerd choices || _files\n"
           "}\n"
           "if [[ $funcstack[1] == _partnerd ]]; then _partnerd \"$@\"; else compdef _partnerd partnerd; fi\n";
}

void write_fish(std::ostream& out, const Command& app) {
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
           "end\n"
           "# At the argument of that number: words behind options that take a value are none.\n"
           "function __partnerd_is_at_argument\n"
           "    __partnerd_is_at $argv[1]; or return 1\n"
           "    set -l place ''\n"
           "    set -l takes ''\n"
           "    set -l arguments 0\n"
           "    for word in (commandline -opc)[2..-1]\n"
           "        if test -n \"$takes\"\n"
           "            set takes ''\n"
           "        else if contains -- \"$place $word\"";
    for (const Place& place : places)
        if (!place.path.empty()) out << ' ' << quoted(place.path);
    out << "\n"
           "            set place \"$place $word\"\n"
           "        else if contains -- \"$place $word\" ";
    std::string with_values = options_with_values(places);
    std::replace(with_values.begin(), with_values.end(), '|', ' ');
    out << with_values
        << "\n"
           "            set takes 1\n"
           "        else if not string match -q -- '-*' $word\n"
           "            set arguments (math $arguments + 1)\n"
           "        end\n"
           "    end\n"
           "    test -z \"$takes\" -a $arguments = $argv[2]\n"
           "end\n";
    for (const Place& place : places) {
        const std::string at = "complete -c partnerd -n " + quoted("__partnerd_is_at '" + place.path + "'");
        for (const Command* command : place.app->commands())
            out << at << " -f -a " << quoted(command->name()) << " -d " << quoted(first_line(command->description()))
                << '\n';
        for (const Option* option : options_of(*place.app)) {
            out << at << " -l " << quoted(option->long_names()[0]) << " -d "
                << quoted(first_line(option->description()));
            std::string words;
            for (const std::string& value : values_of(*option)) words += (words.empty() ? "" : " ") + value;
            if (!words.empty()) out << " -x -a " << std::quoted(words);
            if (words.empty() && option->takes_value()) out << " -r";
            out << '\n';
        }
        const auto positionals = positionals_of(*place.app);
        for (std::size_t i = 0; i < positionals.size(); ++i)
            if (const auto values = values_of(*positionals[i]); !values.empty())
                out << "complete -c partnerd -n "
                    << quoted("__partnerd_is_at_argument '" + place.path + "' " + std::to_string(i)) << " -f -a "
                    << quoted(joined(values)) << '\n';
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
    Command* command =
        program.add_own_command(nullptr, "completion", "Write what a shell needs to complete this command line",
                                "completion bash > /etc/bash_completion.d/partnerd", run);
    add_choice(command, "SHELL", *shell, {"bash", "zsh", "fish"}, "which one")->required();
}

}  // namespace cli
