// Command and Option: a command line as a tree of commands with options, for main.cc and cli/, which see no more of it
// than this. What reads the line and words --help is CLI11: a library of templates, compiled in command.cc and nowhere
// else. Knows nothing of what the commands do.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cli {

// An option (--limit), a flag (--json) or an argument (RESELLER) of one command, which owns it.
class Option {
public:
    Option(const Option&) = delete;

    // What is wrong with a word, or "". A change may put another word in its place.
    using Check = std::function<std::string(std::string& word)>;

    Option* required(bool is_required = true);
    Option* type_name(std::string_view name);  // of its value, in --help: "URL"
    Option* group(std::string_view heading);   // in --help
    Option* check(Check check);
    Option* check_positive();
    Option* check_non_negative();
    Option* transform(Check change);
    Option* needs(Option* other);
    Option* excludes(Option* other);
    Option* one_at_a_time();  // of several values: one behind each mention of its name

    std::string name() const;                            // "--input" or "FILE"
    const std::vector<std::string>& long_names() const;  // without their dashes
    std::string type_name() const;                       // with what checks say of themselves
    const std::string& description() const;
    bool is_argument() const;  // has no name
    bool takes_value() const;

private:
    friend class Command;
    explicit Option(CLI::Option& option) : option_(option) {}

    CLI::Option& option_;
};

// partnerd itself, a group (account) or a command in one (account list). Owns what is added to it.
class Command {
public:
    explicit Command(std::string_view description, std::string_view name = "");
    ~Command();
    Command(const Command&) = delete;

    Command* add_subcommand(std::string_view name, std::string_view description);
    Command* require_subcommand();  // exactly one
    Command* footer(std::string_view text);
    Command* callback(std::function<void()> run);  // when a line has named it

    // names: "--input,-i", or "FILE" for an argument. The target is written when a line is read, and must live until
    // then.
    Option* add_option(std::string_view names, std::string& target, std::string_view description = "");
    Option* add_option(std::string_view names, std::int64_t& target, std::string_view description = "");
    Option* add_option(std::string_view names, bool& target, std::string_view description = "");
    Option* add_option(std::string_view names, std::size_t& target, std::string_view description = "");
    Option* add_option(std::string_view names, double& target, std::string_view description = "");
    Option* add_option(std::string_view names, std::optional<std::string>& target, std::string_view description = "");
    Option* add_option(std::string_view names, std::optional<std::int64_t>& target, std::string_view description = "");
    Option* add_option(std::string_view names, std::optional<double>& target, std::string_view description = "");
    Option* add_option(std::string_view names, std::vector<std::string>& target, std::string_view description = "");
    Option* add_option_function(std::string_view names, std::function<void(const std::string&)> take,
                                std::string_view description);
    // May be mentioned again and again.
    Option* add_list_function(std::string_view names, std::function<void(const std::vector<std::string>&)> take,
                              std::string_view description);
    Option* add_flag(std::string_view names, bool& target, std::string_view description);
    Option* add_flag_callback(std::string_view names, std::function<void()> act, std::string_view description);
    Option* set_version_flag(std::string_view names, std::string_view version);

    // Reads a line, and runs what it names; where --help or --version is in it, says that on out instead. The error has
    // what is wrong with the line; what a callback throws is let fly.
    Result<void> parse(int argument_count, const char* const* arguments, std::ostream& out);

    std::string help() const;
    const std::string& name() const;
    std::string description() const;
    std::string footer() const;
    const Command* parent() const { return parent_; }
    std::vector<const Command*> commands() const;            // directly below it, as they were added
    std::vector<const Option*> options() const;              // --help first
    const Option* find_option(std::string_view name) const;  // "--limit"

private:
    Command(CLI::App& app, const Command* parent);
    Option* keep(CLI::Option* option);

    std::unique_ptr<CLI::App> root_;  // which owns all below it; null in those
    CLI::App& app_;
    const Command* parent_ = nullptr;
    std::vector<std::unique_ptr<Command>> commands_;
    std::vector<std::unique_ptr<Option>> options_;
};

}  // namespace cli
