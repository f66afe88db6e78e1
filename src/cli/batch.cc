#include "cli/batch.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "cli/account_rows.h"
#include "cli/csv.h"
#include "cli/input_text.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/words.h"
#include "core/crypto.h"

namespace cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t rows_in_a_request = 500;
constexpr std::size_t request_bytes_max = 512 * 1024;
constexpr std::chrono::seconds patience{60};  // with a server that does not answer
constexpr std::size_t faults_shown_max = 10;

constexpr const char* report_head = "row,line,uid,field,code,detail\n";

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// "accounts opened"
std::string done_to_accounts(const std::string& action) {
    if (action == "open") return "opened";
    if (action == "hold") return "held";
    if (action == "redate") return "re-dated";
    return action == "lift" ? "lifted" : action + 'd';
}

Result<char> read_delimiter(const std::string& text) {
    if (text == "tab" || text == "\\t") return '\t';
    if (text.size() == 1 && text != "\"" && text != "\n" && text != "\r") return text[0];
    return Error{Reason::malformed, "--delimiter wants one character, or tab."};
}

Result<RowOptions> row_options_of(const BatchOptions& options) {
    RowOptions row_options{.reseller_id = options.reseller, .ignores_unknown = options.ignores_unknown};
    if (options.action != "open")
        row_options.rows_for = options.action == "redate" ? RowsFor::redating : RowsFor::changing;
    if (options.delimiter) row_options.delimiter = TRY(read_delimiter(*options.delimiter));
    for (const std::string& pair : options.columns) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
            return Error{Reason::malformed, "--columns wants NAME=WHAT THE FILE CALLS IT, as in uid=Kundennummer."};
        row_options.names[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return row_options;
}

struct Standing {
    std::string id;
    std::int64_t position = 0, opened = 0, refused = 0;
    bool is_finished = false;
};

Standing standing_of(const json::value& import) {
    return {.id = std::to_string(import.at("id").as_int64()),
            .position = import.at("position").as_int64(),
            .opened = import.at("opened").as_int64(),
            .refused = import.at("refused").as_int64(),
            .is_finished = !import.at("finished_at").is_null()};
}

class BatchRun {
public:
    BatchRun(Session& session, Surroundings& surroundings, const BatchOptions& options)
        : session_(session), options_(options), progress_(surroundings, session.output.is_json()) {}

    Result<void> run() {
        row_options_ = TRY(row_options_of(options_));
        const InputText input = TRY(InputText::open(options_.file));
        text_ = input.text();
        bytes_ = input.bytes();
        if (input.is_file(report_file()))
            return Error{Reason::malformed, "The report would take the place of the file itself: " + report_file()};
        TRY(read_through());
        if (options_.only_checks) return say_that_it_is_checked();
        Standing standing = TRY(begin());
        if (standing.is_finished) {
            session_.output.note("This file has been " + std::string(opens() ? "imported" : "carried out") +
                                 " already; nothing is done. (--again does it once more.)");
            return conclude(standing);
        }
        if (standing.position > 0)
            session_.output.note("Going on after row " + with_thousands(standing.position) + '.');
        standing = TRY(do_all(std::move(standing)));
        standing = standing_of(TRY(session_.api.post(path({"imports", standing.id, "finish"}))));
        return conclude(standing);
    }

private:
    bool opens() const { return options_.action == "open"; }

    bool is_json() const {
        if (!options_.format.empty()) return options_.format != "csv";
        for (const char* ending : {".jsonl", ".ndjson", ".json"})
            if (options_.file.ends_with(ending)) return true;
        return !options_.file.ends_with(".csv") && looks_like_json(text_);
    }

    Result<std::unique_ptr<AccountRows>> open_rows() const {
        if (is_json()) return read_json_rows(text_, row_options_);
        return read_csv_rows(text_, row_options_);
    }

    double share_of(const AccountRows& rows) const {
        return text_.empty() ? 1 : static_cast<double>(rows.offset()) / static_cast<double>(text_.size());
    }

    // The whole file, before anything is begun.
    Result<void> read_through() {
        std::unique_ptr<AccountRows> rows = TRY(open_rows());
        std::vector<FieldError> faults;
        std::int64_t fault_count = 0;
        for (std::string row; rows->append_next(row); row.clear()) {
            ++row_count_;
            if (rows->fault() && ++fault_count <= std::int64_t(faults_shown_max))
                faults.push_back(shown(*rows->fault()));
            constexpr std::int64_t rows_between = 10'000;
            if (row_count_ % rows_between == 0) progress_.show(row_count_, share_of(*rows), "  reading");
        }
        progress_.end();
        if (fault_count > std::int64_t(faults_shown_max))
            faults.push_back({"", Rule::unreadable,
                              "and " + with_thousands(fault_count - std::int64_t(faults_shown_max)) + " more"});
        if (fault_count > 0)
            return Error{Reason::malformed,
                         count_of(fault_count, "line") + " of " + name() + (fault_count == 1 ? " is" : " are") +
                             " no row of accounts; nothing was " + done_to_accounts(options_.action) + '.',
                         std::move(faults)};
        if (rows->days() > 0)
            session_.output.note(count_of(rows->days(), "date") +
                                 " without a time: taken for the beginning of the day, UTC.");
        return {};
    }

    static FieldError shown(const RowFault& fault) {
        return {"line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column), Rule::unreadable,
                fault.detail};
    }

    std::string name() const { return options_.file == standard_input ? "standard input" : base_name(options_.file); }

    Result<void> say_that_it_is_checked() {
        if (session_.output.is_json()) session_.output.show(json::object{{"rows", row_count_}, {"faults", 0}});
        session_.output.note(count_of(row_count_, "row") + ", and each can be read; nothing was " +
                             done_to_accounts(options_.action) + '.');
        return {};
    }

    // What the file holds, for whom, and how it is read: the same again is the same import.
    std::string fingerprint() const {
        std::string text = sha256_hex(bytes_);
        if (!opens()) text += "-" + options_.action;
        if (options_.reseller) text += "-" + std::to_string(*options_.reseller);
        std::string reading = options_.delimiter.value_or("");
        for (const std::string& column : options_.columns) reading += '\n' + column;
        if (!reading.empty()) text += "-" + sha256_hex(reading).substr(0, 16);
        if (options_.again) text += "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
        return text;
    }

    Result<Standing> begin() {
        json::object body{{"fingerprint", fingerprint()}, {"name", name().substr(0, 100)}};
        if (!opens()) body["action"] = options_.action;
        return standing_of(TRY(session_.api.post(path({"imports"}), body)));
    }

    Result<std::unique_ptr<AccountRows>> rows_after(std::int64_t position) const {
        std::unique_ptr<AccountRows> rows = TRY(open_rows());
        std::string row;
        for (std::int64_t i = 0; i < position; ++i, row.clear())
            if (!rows->append_next(row)) return Error{Reason::conflict, "The import has come further than the file."};
        return rows;
    }

    Result<Standing> do_all(Standing standing) {
        std::unique_ptr<AccountRows> rows = TRY(rows_after(standing.position));
        progress_.begin_at(standing.position);
        for (std::int64_t count = 0;; count = 0) {
            std::string body = "{\"position\":" + std::to_string(standing.position) + ",\"rows\":[";
            while (count < rows_in_a_request && body.size() < request_bytes_max) {
                const std::size_t before = body.size();
                if (count > 0) body += ',';
                if (!rows->append_next(body)) {
                    body.resize(before);
                    break;
                }
                ++count;
            }
            if (count == 0) break;
            body += "]}";
            const std::int64_t expected = standing.position + count;
            standing = TRY(send(std::move(standing), std::move(body)));
            if (standing.position != expected) rows = TRY(rows_after(standing.position));
            progress_.show(standing.position, share_of(*rows),
                           standing.refused > 0 ? "  " + with_thousands(standing.refused) + " refused" : "");
        }
        progress_.end();
        return standing;
    }

    // When the answer is lost, or another says the same at the same time, the database knows where the import stands.
    Result<Standing> send(Standing standing, std::string body) {
        const auto answer = session_.api.post_text(path({"imports", standing.id, "rows"}), std::move(body));
        if (answer.ok()) return standing_of(answer.value());
        const Error& error = answer.error();
        const bool is_out_of_step =
            error.reason == Reason::conflict && !error.fields.empty() && error.fields[0].rule == Rule::out_of_step;
        const bool may_come_back = error.reason == Reason::unavailable || error.reason == Reason::limit_exceeded;
        if (!is_out_of_step && !may_come_back) return error;
        return ask_where(standing.id, error);
    }

    Result<Standing> ask_where(const std::string& id, const Error& first) {
        const auto end = SteadyClock::now() + patience;
        for (std::chrono::milliseconds pause(100);; pause = std::min(pause * 2, std::chrono::milliseconds(5'000))) {
            const auto answer = session_.api.get(path({"imports", id}));
            if (answer.ok()) return standing_of(answer.value());
            if (answer.error().reason != Reason::unavailable || SteadyClock::now() + pause > end)
                return Error{answer.error().reason,
                             first.detail + " The same command goes on from here once the server answers again."};
            std::this_thread::sleep_for(pause);
        }
    }

    Result<void> conclude(const Standing& standing) {
        const bool has_report = standing.refused > 0 || !options_.report_file.empty();
        if (has_report)
            TRY(write_report(standing));
        else
            remove_old_report();
        if (standing.refused > 0) session_.exit_code = exit_refused;
        if (session_.output.is_json()) {
            session_.output.show(json::object{{"import_id", std::stoll(standing.id)},
                                              {"rows", standing.position},
                                              {"opened", standing.opened},
                                              {"refused", standing.refused},
                                              {"report", has_report ? json::value(report_file()) : json::value()}});
            return {};
        }
        char seconds[32];
        std::snprintf(seconds, sizeof seconds, "%.1f", progress_.elapsed_s());
        session_.output.note(count_of(standing.opened, "account") + ' ' + done_to_accounts(options_.action) + ", " +
                             count_of(standing.refused, "row") + " refused, in " + seconds + " s." +
                             (standing.refused > 0 ? " What was wrong with them: " + report_file() : ""));
        return {};
    }

    std::string report_file() const {
        if (!options_.report_file.empty()) return options_.report_file;
        return (options_.file == standard_input ? "standard-input" : options_.file) + ".refused.csv";
    }

    // One of an earlier run would be taken for this one's. What is no report stays.
    void remove_old_report() const {
        std::ifstream file(report_file());
        std::string head;
        if (std::getline(file, head) && head.starts_with("row,") && head.ends_with(",uid,field,code,detail"))
            std::remove(report_file().c_str());
    }

    // Whole or not at all: a report that ends in the middle would be believed.
    Result<void> write_report(const Standing& standing) const {
        const std::string report = report_file(), unfinished = report + ".part";
        std::ofstream file(unfinished, std::ios::trunc);
        file << report_head;
        std::unique_ptr<AccountRows> rows = TRY(open_rows());
        std::int64_t row = 0;
        std::string scratch;
        TRY(session_.api.list(path({"imports", standing.id, "refusals"}), {}, "refusals", 0,
                              [&](const json::array& refusals) {
                                  for (const json::value& refusal : refusals) {
                                      for (; row < refusal.at("row").as_int64(); ++row, scratch.clear())
                                          rows->append_next(scratch);
                                      file << line_of(refusal, rows->line());
                                  }
                                  return file.good();
                              }));
        file.close();
        if (!file || std::rename(unfinished.c_str(), report.c_str()) != 0) {
            std::remove(unfinished.c_str());
            return Error{Reason::malformed, "The report cannot be written: " + report +
                                                ". What was refused can be asked for again: the same command with "
                                                "--report FILE."};
        }
        return {};
    }

    static std::string line_of(const json::value& refusal, std::size_t line) {
        std::string text = std::to_string(refusal.at("row").as_int64()) + ',' + std::to_string(line);
        for (const char* name : {"uid", "field", "code", "detail"}) {
            text += ',';
            append_spreadsheet_field(text, std::string_view(refusal.at(name).as_string()));
        }
        return text += '\n';
    }

    Session& session_;
    const BatchOptions& options_;
    Progress progress_;
    RowOptions row_options_;
    std::string_view text_, bytes_;
    std::int64_t row_count_ = 0;
};

}  // namespace

std::vector<Option*> add_batch_options(Command* command, BatchOptions& options) {
    return {
        add_choice(command, "--format", options.format, {"csv", "jsonl", "json"},
                   "else as the file's name ends, or its first character shows"),
        command->add_option("--delimiter", options.delimiter, "of CSV; else as the first line shows: , ; | or tab")
            ->type_name("CHARACTER"),
        command
            ->add_option("--columns", options.columns, "what the file calls a column: uid=Kundennummer; once for each")
            ->type_name("NAME=THEIRS")
            ->one_at_a_time(),
        command->add_option("--reseller", options.reseller, "whose accounts they are, where the file does not say so")
            ->type_name("ID"),
        command
            ->add_option("--report", options.report_file,
                         "where to write what was refused; else FILE.refused.csv, if anything was")
            ->type_name("FILE"),
        command->add_flag("--ignore-unknown", options.ignores_unknown, "pass over columns that mean nothing here"),
        command->add_flag("--again", options.again, "do a file again that has been done"),
        command->add_flag("--check", options.only_checks, "only read the file, and say what in it is no row"),
    };
}

Result<void> run_batch(Session& session, Surroundings& surroundings, const BatchOptions& options) {
    return BatchRun(session, surroundings, options).run();
}

}  // namespace cli
