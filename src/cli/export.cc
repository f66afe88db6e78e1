// partnerd export: streams accounts out, as CSV or JSON lines, oldest first. Accounts that are opened meanwhile may be
// among them; each is there once.

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <fstream>

#include "cli/csv.h"
#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string file, format = "csv";
    std::optional<std::string> reseller, status, type, domain;
    bool with_tokens = false, removed = false;
};

constexpr const char* columns[] = {
    "id",    "reseller_id",      "uid",     "type",       "domain",     "status",    "stage",
    "holds", "deployed_members", "ends_at", "created_at", "updated_at", "removed_at"};
constexpr const char* token_column = "activation_token";

std::vector<std::string> columns_of(const Options& options) {
    std::vector<std::string> names(std::begin(columns), std::end(columns));
    if (options.with_tokens) names.emplace_back(token_column);
    return names;
}

std::string field_of(const json::value& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return std::string(value.get_string());
    if (!value.is_array()) return json::serialize(value);
    std::string text;
    for (const json::value& element : value.get_array()) text += (text.empty() ? "" : " ") + field_of(element);
    return text;
}

class Writer {
public:
    Writer(std::ostream& out, const Options& options) : out_(out), options_(options), columns_(columns_of(options)) {}

    void begin() {
        if (options_.format == "jsonl") return;
        std::string line;
        for (const std::string& name : columns_) line += (line.empty() ? "" : ",") + name;
        out_ << line << '\n';
    }

    void write(const json::array& accounts) {
        std::string text;
        for (const json::value& account : accounts)
            options_.format == "jsonl" ? as_json(text, account) : as_csv(text, account);
        out_ << text;
    }

private:
    void as_json(std::string& text, const json::value& account) const {
        json::object shown = account.as_object();
        if (!options_.with_tokens) shown.erase(token_column);
        text += json::serialize(shown) + '\n';
    }

    void as_csv(std::string& text, const json::value& account) const {
        bool is_first = true;
        for (const std::string& name : columns_) {
            if (!is_first) text += ',';
            is_first = false;
            const json::value* value = account.as_object().if_contains(name);
            if (value) append_csv_field(text, field_of(*value));
        }
        text += '\n';
    }

    std::ostream& out_;
    const Options& options_;
    const std::vector<std::string> columns_;
};

Result<void> write_all(Session& session, std::ostream& out, const Options& options) {
    Query query;
    query.add("order", "oldest")
        .add_if("reseller", options.reseller)
        .add_if("status", options.status)
        .add_if("type", options.type)
        .add_if("domain", options.domain);
    if (options.removed) query.add("removed", "true");
    Writer writer(out, options);
    writer.begin();
    TRY(session.api.list(path({"accounts"}), query, "accounts", 0, [&](const json::array& accounts) {
        writer.write(accounts);
        return out.good();
    }));
    out.flush();
    if (!out) return Error{Reason::unavailable, "The accounts cannot be written: is the disk full?"};
    return {};
}

Result<void> export_accounts(Session& session, const Options& options) {
    if (options.file.empty()) return write_all(session, session.output.stream(), options);
    const std::string unfinished = options.file + ".part";
    std::ofstream file(unfinished, std::ios::trunc);
    TRY(write_all(session, file, options));
    file.close();
    if (!file || std::rename(unfinished.c_str(), options.file.c_str()) != 0)
        return Error{Reason::unavailable, options.file + " cannot be written."};
    return {};
}

}  // namespace

void add_export_command(Program& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_command(nullptr, "export", "Write accounts to a file, or to the terminal",
                                            "export --reseller 2 --output accounts.csv",
                                            [options](Session& session) { return export_accounts(session, *options); });
    command->add_option("--output", options->file, "else they are printed")->type_name("FILE");
    command->add_option("--format", options->format, "(csv)")
        ->type_name("csv|jsonl")
        ->check(CLI::IsMember({"csv", "jsonl"}));
    command->add_option("--reseller", options->reseller)->type_name("ID");
    command->add_option("--status", options->status)
        ->type_name("entitled|provisioned|activated|suspended|deprovisioned");
    command->add_option("--type", options->type)->type_name("individual|family");
    command->add_option("--domain", options->domain);
    command->add_flag("--removed", options->removed, "what is left of removed accounts, instead");
    command->add_flag("--with-tokens", options->with_tokens, "activation tokens too: whoever has one can redeem it");
}

}  // namespace cli
