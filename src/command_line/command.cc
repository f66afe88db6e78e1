#include "command_line/command.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <utility>

namespace cli {

Option* Option::required(bool is_required) {
    option_.required(is_required);
    return this;
}

Option* Option::type_name(std::string_view name) {
    option_.type_name(std::string(name));
    return this;
}

Option* Option::group(std::string_view heading) {
    option_.group(std::string(heading));
    return this;
}

Option* Option::check(Check check) {
    option_.check(CLI::Validator(std::move(check), ""));
    return this;
}

Option* Option::check_positive() {
    option_.check(CLI::PositiveNumber);
    return this;
}

Option* Option::check_non_negative() {
    option_.check(CLI::NonNegativeNumber);
    return this;
}

Option* Option::transform(Check change) {
    option_.transform(CLI::Validator(std::move(change), ""));
    return this;
}

Option* Option::needs(Option* other) {
    option_.needs(&other->option_);
    return this;
}

Option* Option::excludes(Option* other) {
    option_.excludes(&other->option_);
    return this;
}

Option* Option::one_at_a_time() {
    option_.allow_extra_args(false);
    return this;
}

std::string Option::name() const { return option_.get_name(); }

const std::vector<std::string>& Option::long_names() const { return option_.get_lnames(); }

std::string Option::type_name() const { return option_.get_type_name(); }

const std::string& Option::description() const { return option_.get_description(); }

bool Option::is_argument() const { return option_.get_positional(); }

bool Option::takes_value() const { return option_.get_items_expected_max() > 0; }

Command::Command(std::string_view description, std::string_view name)
    : root_(std::make_unique<CLI::App>(std::string(description), std::string(name))), app_(*root_) {
    keep(app_.get_help_ptr());
}

Command::Command(CLI::App& app, const Command* parent) : app_(app), parent_(parent) { keep(app_.get_help_ptr()); }

Command::~Command() = default;

Option* Command::keep(CLI::Option* option) {
    options_.emplace_back(new Option(*option));
    return options_.back().get();
}

Command* Command::add_subcommand(std::string_view name, std::string_view description) {
    commands_.emplace_back(new Command(*app_.add_subcommand(std::string(name), std::string(description)), this));
    return commands_.back().get();
}

Command* Command::require_subcommand() {
    app_.require_subcommand(1);
    return this;
}

Command* Command::footer(std::string_view text) {
    app_.footer(std::string(text));
    return this;
}

Command* Command::callback(std::function<void()> run) {
    app_.callback(std::move(run));
    return this;
}

Option* Command::add_option(std::string_view names, std::string& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, std::int64_t& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, bool& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, std::size_t& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, double& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, std::optional<std::string>& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, std::optional<std::int64_t>& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, std::optional<double>& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option(std::string_view names, std::vector<std::string>& target, std::string_view description) {
    return keep(app_.add_option(std::string(names), target, std::string(description)));
}

Option* Command::add_option_function(std::string_view names, std::function<void(const std::string&)> take,
                                     std::string_view description) {
    return keep(app_.add_option_function<std::string>(std::string(names), take, std::string(description)));
}

Option* Command::add_list_function(std::string_view names, std::function<void(const std::vector<std::string>&)> take,
                                   std::string_view description) {
    using Words = std::vector<std::string>;
    CLI::Option* option = app_.add_option_function<Words>(std::string(names), take, std::string(description));
    return keep(option->expected(1)->take_all());
}

Option* Command::add_flag(std::string_view names, bool& target, std::string_view description) {
    return keep(app_.add_flag(std::string(names), target, std::string(description)));
}

Option* Command::add_flag_callback(std::string_view names, std::function<void()> act, std::string_view description) {
    return keep(app_.add_flag_callback(std::string(names), std::move(act), std::string(description)));
}

Option* Command::set_version_flag(std::string_view names, std::string_view version) {
    return keep(app_.set_version_flag(std::string(names), std::string(version)));
}

Result<void> Command::parse(int argument_count, const char* const* arguments, std::ostream& out) try {
    app_.parse(argument_count, arguments);
    return {};
} catch (const CLI::Success& success) {
    app_.exit(success, out, out);
    return {};
} catch (const CLI::ParseError& error) {
    return Error{Reason::malformed, error.what()};
}

std::string Command::help() const { return app_.help(); }

const std::string& Command::name() const { return app_.get_name(); }

std::string Command::description() const { return app_.get_description(); }

std::string Command::footer() const { return app_.get_footer(); }

std::vector<const Command*> Command::commands() const {
    std::vector<const Command*> commands;
    for (const auto& command : commands_) commands.push_back(command.get());
    return commands;
}

std::vector<const Option*> Command::options() const {
    std::vector<const Option*> options;
    for (const auto& option : options_) options.push_back(option.get());
    return options;
}

const Option* Command::find_option(std::string_view name) const {
    for (const auto& option : options_)
        if (option->option_.check_name(std::string(name))) return option.get();
    return nullptr;
}

}  // namespace cli
