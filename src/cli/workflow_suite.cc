// Several workflows in one go: what a person sees of them, and one report of all.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/workflow_session.h"
#include "workflow/text/text.h"

using namespace workflow;

namespace {

constexpr int exit_failed = 1;
constexpr int exit_not_run = 2;

// What one member tells, on any thread.
class MemberObserver : public Observer {
public:
    MemberObserver(RunSession& session, Progress::Detail detail, bool is_collected)
        : session_(session), progress_(session.secrets, detail, is_collected) {}

    // Several members share the secrets.
    void on(const Event& event) override {
        std::lock_guard lock(session_.mutex);
        recorder_.on(event);
        progress_.on(event);
    }

    // The session is locked by the caller.
    Record finish(const Finished& finished, Time now, const std::string& heading) {
        recorder_.finish(finished, now);
        const Record& record = recorder_.record();
        progress_.print_summary(finished, std::chrono::duration_cast<milliseconds>(record.ended - record.started));
        progress_.print_collected(heading);
        return record;
    }

private:
    RunSession& session_;
    Recorder recorder_;
    Progress progress_;
};

class SuiteCommand {
public:
    SuiteCommand(RunSession& session, const WorkflowOptions& options)
        : session_(session),
          options_(options),
          is_parallel_(options.parallel > 1),
          records_(session.members.size()),
          observers_(session.members.size()) {}

    int run() {
        const auto started = std::chrono::steady_clock::now();
        {
            Network network(session_, options_);
            network_ = &network;
            SuiteOptions suite;
            suite.parallel = options_.parallel;
            suite.run = session_.run;
            suite.begins = [this](std::size_t member) { return begin(member); };
            suite.ended = [this](std::size_t member, const Finished& finished) { end(member, finished); };
            network.wait_for([&](std::function<void()> done) {
                drive_suite(session_.members, suite, network.transport(), network.cancellation(), done);
            });
        }
        print_summary(std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started));
        int failed = 0;
        for (const auto& report : session_.reports) failed += write_report(session_, report, records_);
        if (!options_.outputs_file.empty()) failed += write_outputs(options_.outputs_file, outputs());
        if (failed) return exit_not_run;
        return count(Outcome::passed) == records_.size() ? 0 : exit_failed;
    }

private:
    std::vector<Observer*> begin(std::size_t member) {
        std::lock_guard lock(session_.mutex);
        observers_[member] = std::make_unique<MemberObserver>(session_, detail_of(options_), is_parallel_);
        if (!is_parallel_ && !options_.is_quiet) print_text(heading(member));
        return {observers_[member].get()};
    }

    void end(std::size_t member, const Finished& finished) {
        std::unique_ptr<MemberObserver> ended;  // its line on the terminal ends without the lock
        std::lock_guard lock(session_.mutex);
        const auto now = network_->transport().now();
        ended = std::move(observers_[member]);
        auto& record = records_[member];
        if (ended)
            record = ended->finish(finished, now, is_parallel_ ? heading(member) : "");
        else
            print_not_run(member, finished);
        record.workflow = session_.members[member].workflow;
        record.finished = finished;
        if (!ended) record.started = record.ended = now;
    }

    void print_not_run(std::size_t member, const Finished& finished) {
        print_text(heading(member) + session_.members[member].workflow->id +
                   "  not run: " + shorten(session_.secrets.mask(finished.reason), 800) + "\n");
    }

    // The document's name, where it is another than that of what was printed before.
    std::string heading(std::size_t member) {
        const auto& file = session_.members[member].workflow->document->file;
        if (session_.targets.libraries.size() < 2 || file == last_file_) return {};
        last_file_ = file;
        return file + "\n";
    }

    static void print_text(const std::string& text) {
        std::fputs(text.c_str(), stdout);
        std::fflush(stdout);
    }

    std::size_t count(Outcome outcome) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(records_, [&](const auto& record) { return record.finished.outcome == outcome; }));
    }

    void print_summary(milliseconds elapsed) const {
        const auto passed = count(Outcome::passed);
        if (options_.is_quiet && passed == records_.size()) return;
        const auto not_run = count(Outcome::not_run), stopped = count(Outcome::cancelled);
        std::string text = fmt::format("{} workflow{}: {} passed, {} failed", records_.size(),
                                       records_.size() == 1 ? "" : "s", passed, count(Outcome::failed));
        if (not_run) text += fmt::format(", {} not run", not_run);
        if (stopped) text += fmt::format(", {} stopped", stopped);
        print_text(text + fmt::format("; {} ms\n", elapsed.count()));
    }

    // By the workflow's id; of two with the same, by the document's name as well.
    json::object outputs() const {
        std::map<std::string, int> ids;
        for (const auto& record : records_) ++ids[record.workflow->id];
        json::object out;
        for (const auto& record : records_) {
            const auto& workflow = *record.workflow;
            out[ids[workflow.id] > 1 ? workflow.document->file + "#" + workflow.id : workflow.id] =
                record.finished.outputs;
        }
        return out;
    }

    RunSession& session_;
    const WorkflowOptions& options_;
    const bool is_parallel_;
    std::vector<Record> records_;
    std::vector<std::unique_ptr<MemberObserver>> observers_;
    Network* network_ = nullptr;
    std::string last_file_;
};

}  // namespace

int run_suite(RunSession& session, const WorkflowOptions& options) { return SuiteCommand(session, options).run(); }
