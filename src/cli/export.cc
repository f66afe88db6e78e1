// partnerd export: streams accounts out, as CSV or JSON lines, oldest first unless a filter says otherwise. Accounts
// that are opened meanwhile may be among them; each is there once.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "cli/csv.h"
#include "cli/program.h"
#include "cli/progress.h"
#include "cli/words.h"

namespace cli {
namespace {

struct Options {
    std::string file, format = "csv";
    std::optional<std::string> reseller, status, type, domain, uid_prefix, email, ends_after, ends_before;
    bool with_tokens = false, removed = false, overwrites = false;
};

constexpr const char* columns[] = {
    "id",    "reseller_id",      "uid",     "type",       "domain",     "status",     "stage",
    "holds", "deployed_members", "ends_at", "created_at", "updated_at", "removed_at", "owner_email"};
constexpr const char* token_column = "activation_token";

std::vector<std::string> columns_of(const Options& options) {
    std::vector<std::string> names(std::begin(columns), std::end(columns));
    if (options.with_tokens) names.emplace_back(token_column);
    return names;
}

std::string field_of(const json::value& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return std::string(value.get_string());
    if (!value.is_array()) return to_text(value);
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
        text += to_text(shown) + '\n';
    }

    void as_csv(std::string& text, const json::value& account) const {
        bool is_first = true;
        for (const std::string& name : columns_) {
            if (!is_first) text += ',';
            is_first = false;
            const json::value* value = find(account, name);
            if (value && value->is_string())
                append_spreadsheet_field(text, field_of(*value));
            else if (value)
                append_csv_field(text, field_of(*value));
        }
        text += '\n';
    }

    static const json::value* find(const json::value& account, const std::string& name) {
        if (name != "owner_email") return account.as_object().if_contains(name);
        const json::object* owner = account.at("owner").if_object();
        return owner ? owner->if_contains("email") : nullptr;
    }

    std::ostream& out_;
    const Options& options_;
    const std::vector<std::string> columns_;
};

Result<void> write_all(Session& session, Surroundings& surroundings, std::ostream& out, const Options& options) {
    Query query;
    query.add("owner", "true")
        .add("order", "oldest")
        .add_if("reseller", options.reseller)
        .add_if("status", options.status)
        .add_if("type", options.type)
        .add_if("domain", options.domain)
        .add_if("uid_prefix", options.uid_prefix)
        .add_if("email", options.email)
        .add_if("ends_after", options.ends_after)
        .add_if("ends_before", options.ends_before);
    if (options.removed) query.add("removed", "true");
    Writer writer(out, options);
    Progress progress(surroundings, session.output.is_json());
    std::int64_t count = 0;
    writer.begin();
    TRY(session.api.list(path({"accounts"}), query, "accounts", 0, [&](const json::array& accounts) {
        writer.write(accounts);
        count += static_cast<std::int64_t>(accounts.size());
        progress.show(count, std::nullopt);
        return out.good();
    }));
    progress.end();
    out.flush();
    if (!out) return Error{Reason::unavailable, "The accounts cannot be written: is the disk full?"};
    if (!options.file.empty()) session.output.note(count_of(count, "account") + " written to " + options.file + '.');
    return {};
}

// Anew, so that nobody who has the old one open reads along; with tokens for the owner of the file alone.
Result<void> make_file(const std::string& path, bool is_secret) {
    ::unlink(path.c_str());
    const mode_t mode = is_secret ? S_IRUSR | S_IWUSR : S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) return Error{Reason::malformed, path + " cannot be written: " + std::strerror(errno) + '.'};
    ::close(descriptor);
    return {};
}

Result<void> export_accounts(Session& session, Surroundings& surroundings, const Options& options) {
    if (options.file.empty()) return write_all(session, surroundings, session.output.stream(), options);
    struct stat status {};
    if (!options.overwrites && ::stat(options.file.c_str(), &status) == 0)
        return Error{Reason::malformed, options.file + " is there already: --force overwrites it."};
    const std::string unfinished = options.file + ".part";
    TRY(make_file(unfinished, options.with_tokens));
    std::ofstream file(unfinished, std::ios::app);
    const Result<void> written = write_all(session, surroundings, file, options);
    file.close();
    if (!written.ok()) {
        std::remove(unfinished.c_str());
        return written.error();
    }
    if (!file || std::rename(unfinished.c_str(), options.file.c_str()) != 0)
        return Error{Reason::unavailable, options.file + " cannot be written."};
    return {};
}

}  // namespace

void add_export_command(Program& program) {
    auto options = std::make_shared<Options>();
    Command* command = program.add_command(
        nullptr, "export", "Write accounts to a file, or to the terminal", "export --reseller 2 --output accounts.csv",
        [options, &program](Session& session) { return export_accounts(session, program.surroundings(), *options); });
    command->add_option("--output", options->file, "else they are printed")->type_name("FILE");
    command->add_flag("--force", options->overwrites, "overwrite the file if it is there");
    add_choice(command, "--format", options->format, {"csv", "jsonl"}, "(csv)");
    command->add_option("--reseller", options->reseller, "of this reseller only")->type_name("ID");
    add_choice(command, "--status", options->status, account_status_words, "what they are now");
    add_choice(command, "--type", options->type, account_type_words, "of this type only");
    command->add_option("--domain", options->domain, "of this domain only");
    command->add_option("--uid-prefix", options->uid_prefix, "in order of uid");
    command->add_option("--email", options->email, "of somebody who uses the account");
    add_date_time(program, command, "--ends-after", options->ends_after, "in order of the end");
    add_date_time(program, command, "--ends-before", options->ends_before, "in order of the end");
    command->add_flag("--removed", options->removed, "what is left of removed accounts, instead");
    command->add_flag("--with-tokens", options->with_tokens,
                      "activation tokens too: whoever has one can redeem it; the file is for its owner alone");
}

}  // namespace cli
