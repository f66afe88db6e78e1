// partnerd import: opens accounts in bulk, out of a CSV file or JSON lines. How far it has come stands in the database,
// beside the accounts; whoever is interrupted says the same again and it goes on from there.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "cli/account_rows.h"
#include "cli/csv.h"
#include "cli/mapped_file.h"
#include "cli/program.h"
#include "core/crypto.h"

namespace cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t rows_in_a_request = 500;
constexpr std::size_t request_bytes_max = 512 * 1024;
constexpr std::chrono::seconds patience{60};  // with a server that does not answer

struct Options {
    std::string file, report_file;
    std::string format;  // empty: as the file's name says
    std::optional<std::int64_t> reseller;
    bool ignores_unknown = false;
    bool again = false;
};

bool is_json_lines(const Options& options) {
    if (!options.format.empty()) return options.format == "jsonl";
    return options.file.ends_with(".jsonl") || options.file.ends_with(".ndjson") || options.file.ends_with(".json");
}

std::string with_thousands(std::int64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// A line that is written over on a terminal; elsewhere one every ten seconds.
class Progress {
public:
    Progress(Surroundings& surroundings, bool is_quiet) : surroundings_(surroundings), is_quiet_(is_quiet) {}

    void begin_at(std::int64_t position) { first_position_ = position; }

    void show(std::int64_t position, std::int64_t refused, double share) {
        const auto now = SteadyClock::now();
        const auto between = surroundings_.is_terminal ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
        if (is_quiet_ || now - shown_at_ < between) return;
        shown_at_ = now;
        const double elapsed_s = std::chrono::duration<double>(now - begun_).count();
        const double rate = static_cast<double>(position - first_position_) / std::max(elapsed_s, 0.001);
        std::string line = std::to_string(static_cast<int>(share * 100)) + " %  " + with_thousands(position) +
                           " rows  " + with_thousands(static_cast<std::int64_t>(rate)) + "/s";
        if (refused > 0) line += "  " + with_thousands(refused) + " refused";
        if (surroundings_.is_terminal)
            surroundings_.err << '\r' << line << "\x1b[K" << std::flush;
        else
            surroundings_.err << line << std::endl;
    }

    void end() {
        if (surroundings_.is_terminal && !is_quiet_) surroundings_.err << "\r\x1b[K" << std::flush;
    }

    double elapsed_s() const { return std::chrono::duration<double>(SteadyClock::now() - begun_).count(); }

private:
    Surroundings& surroundings_;
    const bool is_quiet_;
    const SteadyClock::time_point begun_ = SteadyClock::now();
    SteadyClock::time_point shown_at_ = begun_;
    std::int64_t first_position_ = 0;
};

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

class ImportRun {
public:
    ImportRun(Session& session, Surroundings& surroundings, const Options& options)
        : session_(session), options_(options), progress_(surroundings, session.output.is_json()) {}

    Result<void> run() {
        const MappedFile file = TRY(MappedFile::open(options_.file));
        text_ = file.text();
        Standing standing = TRY(begin());
        if (standing.is_finished) {
            session_.output.note(
                "This file has been imported already; nothing is done. (--again imports it once more.)");
            return conclude(standing);
        }
        if (standing.position > 0)
            session_.output.note("Going on after row " + with_thousands(standing.position) + '.');
        standing = TRY(open_all(std::move(standing)));
        standing = standing_of(TRY(session_.api.post(path({"imports", standing.id, "finish"}))));
        return conclude(standing);
    }

private:
    Result<std::unique_ptr<AccountRows>> open_rows() {
        const RowOptions row_options{options_.reseller, options_.ignores_unknown};
        if (is_json_lines(options_)) return read_json_rows(text_, row_options);
        return read_csv_rows(text_, row_options);
    }

    // What the file holds, and for whom: the same again is the same import.
    std::string fingerprint() const {
        std::string text = sha256_hex(text_);
        if (options_.reseller) text += "-" + std::to_string(*options_.reseller);
        if (options_.again) text += "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
        return text;
    }

    Result<Standing> begin() {
        TRY(open_rows());  // what is wrong with the file as a whole is said before anything is begun
        return standing_of(TRY(session_.api.post(
            path({"imports"}), {{"fingerprint", fingerprint()}, {"name", base_name(options_.file).substr(0, 100)}})));
    }

    Result<std::unique_ptr<AccountRows>> rows_after(std::int64_t position) {
        std::unique_ptr<AccountRows> rows = TRY(open_rows());
        for (std::int64_t i = 0; i < position; ++i)
            if (!rows->skip_next()) return Error{Reason::conflict, "The import has come further than the file."};
        return rows;
    }

    Result<Standing> open_all(Standing standing) {
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
            progress_.show(standing.position, standing.refused,
                           text_.empty() ? 1 : static_cast<double>(rows->offset()) / static_cast<double>(text_.size()));
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
            error.reason == Reason::conflict && !error.fields.empty() && error.fields[0].rule == "out_of_step";
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
        const std::string report = report_file();
        if (standing.refused > 0) TRY(write_report(standing, report));
        if (session_.output.is_json()) {
            session_.output.show(json::object{{"import_id", std::stoll(standing.id)},
                                              {"rows", standing.position},
                                              {"opened", standing.opened},
                                              {"refused", standing.refused},
                                              {"report", standing.refused > 0 ? json::value(report) : json::value()}});
            return {};
        }
        char seconds[32];
        std::snprintf(seconds, sizeof seconds, "%.1f", progress_.elapsed_s());
        session_.output.note(with_thousands(standing.opened) + " accounts opened, " + with_thousands(standing.refused) +
                             " rows refused, in " + seconds + " s." +
                             (standing.refused > 0 ? " What was wrong with them: " + report : ""));
        return {};
    }

    std::string report_file() const {
        return options_.report_file.empty() ? options_.file + ".refused.csv" : options_.report_file;
    }

    // Whole or not at all: a report that ends in the middle would be believed.
    Result<void> write_report(const Standing& standing, const std::string& report) {
        const std::string unfinished = report + ".part";
        std::ofstream file(unfinished, std::ios::trunc);
        file << "row,uid,field,code,detail\n";
        TRY(session_.api.list(path({"imports", standing.id, "refusals"}), {}, "refusals", 0,
                              [&](const json::array& refusals) {
                                  for (const json::value& refusal : refusals) file << line_of(refusal);
                                  return file.good();
                              }));
        file.close();
        if (!file || std::rename(unfinished.c_str(), report.c_str()) != 0)
            return Error{Reason::unavailable, "The report cannot be written: " + report};
        return {};
    }

    static std::string line_of(const json::value& refusal) {
        std::string line = std::to_string(refusal.at("row").as_int64());
        for (const char* name : {"uid", "field", "code", "detail"}) {
            line += ',';
            append_csv_field(line, std::string_view(refusal.at(name).as_string()));
        }
        return line += '\n';
    }

    Session& session_;
    const Options& options_;
    Progress progress_;
    std::string_view text_;
};

}  // namespace

void add_import_command(Program& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_command(
        nullptr, "import", "Open accounts in bulk, out of a file; say it again to go on after an interruption",
        "import customers.csv --reseller 2",
        [options, &program](Session& session) { return ImportRun(session, program.surroundings(), *options).run(); });
    command
        ->add_option(
            "FILE", options->file,
            "CSV whose first line names its columns (uid, type, domain; reseller_id, ends_at), or a JSON object "
            "with these members on each line")
        ->required();
    command->add_option("--format", options->format, "else as the file's name ends")
        ->type_name("csv|jsonl")
        ->check(CLI::IsMember({"csv", "jsonl"}));
    command->add_option("--reseller", options->reseller, "whose accounts they are, where the file does not say so")
        ->type_name("ID");
    command->add_option("--report", options->report_file, "where to write what was refused (FILE.refused.csv)")
        ->type_name("FILE");
    command->add_flag("--ignore-unknown", options->ignores_unknown, "pass over columns that mean nothing here");
    command->add_flag("--again", options->again, "import a file again that has been imported");
}

}  // namespace cli
