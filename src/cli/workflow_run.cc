// `partnerd workflow run`: one workflow, one of them many times, or several in one go (workflow_suite.cc).

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "cli/workflow_inputs.h"
#include "cli/workflow_library.h"
#include "cli/workflow_plan.h"
#include "cli/workflow_progress.h"
#include "cli/workflow_requests.h"
#include "cli/workflow_session.h"
#include "workflow/run/response_check.h"
#include "workflow/text/text.h"

using namespace workflow;

namespace {

constexpr int exit_failed = 1;
constexpr int exit_not_run = 2;

std::string replace_all(std::string text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

// Puts the number of a run where an input says {n}.
json::value numbered(const json::value& value, const std::string& number) {
    if (const auto* text = value.if_string()) return json::value(replace_all(std::string(*text), "{n}", number));
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const auto& element : *array) out.push_back(numbered(element, number));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& member : *object) out.emplace(member.key(), numbered(member.value(), number));
        return out;
    }
    return value;
}

class RunCommand {
public:
    explicit RunCommand(const WorkflowOptions& options) : options_(options) {}

    int execute() {
        auto environment = Environment::read(options_.environment_files);
        if (!environment.ok()) return complain(environment.error().detail);
        auto proxies = environment.value().proxies();
        if (!proxies.ok()) return complain(proxies.error().detail);
        auto targets = open_targets(options_, proxies.value());
        if (!targets) return exit_not_run;
        session_.targets = std::move(*targets);
        is_suite_ = options_.runs_all || session_.targets.chosen.size() > 1;
        plan_members();
        if (!read_inputs(environment.value())) return exit_not_run;
        auto requests =
            plan_requests(options_, environment.value(), proxies.value(), session_.targets, session_.secrets);
        if (!requests.ok()) return complain(requests.error().detail);
        session_.client = std::move(requests.value().client);
        session_.clients_of_sources = std::move(requests.value().clients_of_sources);
        set_run_options(std::move(requests.value().requests));
        if (auto reports = read_reports(options_); reports.ok())
            session_.reports = std::move(reports).value();
        else
            return complain(reports.error().detail);
        if (is_suite_ && !fit_members_to_inputs()) return exit_not_run;
        if (!have_no_obstacles()) return exit_not_run;
        if (options_.is_dry_run) return print_plans();
        if (options_.repeat > 1) return is_suite_ ? complain("--repeat is of one workflow") : run_many();
        return is_suite_ ? run_suite(session_, options_) : run_once();
    }

private:
    // A workflow that is run alone brings those that it depends on itself.
    void plan_members() {
        std::vector<const Workflow*> chosen;
        for (const auto& target : session_.targets.chosen) chosen.push_back(target.workflow);
        if (is_suite_)
            session_.members = plan_suite(chosen);
        else
            session_.members = {Member{chosen.front(), {}, true, {}}};
    }

    std::vector<const Workflow*> workflows() const {
        std::vector<const Workflow*> out;
        for (const auto& member : session_.members) out.push_back(member.workflow);
        return out;
    }

    bool read_inputs(const Environment& environment) {
        auto inputs = WorkflowInputs::read(options_, environment, workflows());
        if (!inputs.ok()) return complain(inputs.error().detail), false;
        if (is_suite_)
            for (const auto& name : inputs.value().unknown_to(workflows()))
                return complain("no workflow here has an input \"" + shorten(name, 60) + "\""), false;
        for (const auto& secret : inputs.value().secrets()) session_.secrets.add(secret);
        auto files = std::make_shared<Files>();
        for (auto& member : session_.members) {
            member.inputs = inputs.value().of(*member.workflow, !is_suite_);
            session_.secrets.add_inputs(*member.workflow, member.inputs);
            files->add_inputs(member.inputs);
        }
        session_.run.requests.files = std::move(files);
        return true;
    }

    void set_run_options(RequestOptions requests) {
        requests.files = session_.run.requests.files;
        session_.run.requests = std::move(requests);
        session_.run.steps_max = options_.steps_max;
        if (!options_.checks_responses) return;
        session_.run.check_response = [checker = std::make_shared<ResponseChecker>()](const Operation& operation,
                                                                                      const Exchange& exchange) {
            return checker->check(operation, exchange);
        };
    }

    // Of all workflows of a document, one that others call, and that lacks inputs by itself, is there for them. Any
    // other whose inputs do not fit keeps everything from being sent.
    bool fit_members_to_inputs() {
        std::set<const Workflow*> called;
        for (const auto* workflow : workflows())
            for (const auto& step : workflow->steps) {
                called.insert(step.called.workflow);
                for (const auto* actions : {&step.on_success, &step.on_failure})
                    for (const auto& action : *actions)
                        if (action.workflow) called.insert(action.workflow->workflow);
            }
        bool all_fit = true;
        std::vector<const Workflow*> kept;
        for (const auto& member : session_.members) {
            if (!member.is_asked_for) continue;
            auto inputs = member.inputs;
            const auto wrong = complete_inputs(*member.workflow, inputs);
            if (!wrong.empty() && options_.runs_all && called.contains(member.workflow)) {
                if (!options_.is_quiet)
                    std::printf("%s is run where others call it: by itself it lacks inputs\n",
                                shorten(member.workflow->id).c_str());
                continue;
            }
            for (const auto& sentence : wrong) complain(member.workflow->id + ": " + sentence), all_fit = false;
            kept.push_back(member.workflow);
        }
        if (all_fit && kept.empty()) return complain("nothing here can be run without inputs"), false;
        if (all_fit) drop_all_but(kept);
        return all_fit;
    }

    void drop_all_but(const std::vector<const Workflow*>& kept) {
        auto before = std::move(session_.members);
        session_.members = plan_suite(kept);
        for (auto& member : session_.members) {
            auto same = std::ranges::find(before, member.workflow, &Member::workflow);
            if (same != before.end()) member.inputs = std::move(same->inputs);
        }
    }

    bool have_no_obstacles() {
        std::vector<std::string> obstacles;
        for (const auto* workflow : workflows())
            for (auto& obstacle : Library::obstacles(*workflow))
                if (std::ranges::find(obstacles, obstacle) == obstacles.end()) obstacles.push_back(std::move(obstacle));
        for (const auto& obstacle : obstacles) complain(obstacle);
        return obstacles.empty();
    }

    int print_plans() {
        int exit_code = 0;
        for (const auto& member : session_.members)
            exit_code = std::max(exit_code,
                                 print_plan(*member.workflow, member.inputs, session_.run.requests, session_.secrets));
        return exit_code;
    }

    int run_once() {
        const auto& [workflow, inputs, is_asked_for, needs] = session_.members.front();
        Finished finished;
        Recorder recorder;
        auto started = std::chrono::steady_clock::now();
        {
            Network network(session_, options_);
            Progress progress(session_.secrets, detail_of(options_));
            auto run = std::make_shared<Run>(*workflow, inputs, session_.run);
            network.wait_for([&](std::function<void()> done) {
                drive(run, network.transport(), {&recorder, &progress}, network.cancellation(),
                      [&finished, done](Finished result) {
                          finished = std::move(result);
                          done();
                      });
            });
            recorder.finish(finished, network.transport().now());
            progress.print_summary(
                finished, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started));
        }
        int failed = 0;
        for (const auto& report : session_.reports) failed += write_report(session_, report, recorder.record());
        if (!options_.outputs_file.empty()) failed += write_outputs(options_.outputs_file, finished.outputs);
        if (failed) return exit_not_run;
        return finished.outcome == Outcome::passed    ? 0
               : finished.outcome == Outcome::not_run ? exit_not_run
                                                      : exit_failed;
    }

    int run_many() {
        if (!session_.reports.empty() || !options_.outputs_file.empty())
            return complain("reports and outputs are of one run; --repeat has none");
        ManyResult result;
        {
            Network network(session_, options_);
            auto options = session_.run;
            options.records = false;
            const auto& member = session_.members.front();
            auto make = [&](std::size_t number) {
                return Run(*member.workflow, numbered(member.inputs, std::to_string(number)).as_object(), options);
            };
            network.wait_for([&](std::function<void()> done) {
                drive_many({options_.repeat, options_.parallel, make}, network.transport(), network.cancellation(),
                           [&result, done](ManyResult of_all) {
                               result = std::move(of_all);
                               done();
                           });
            });
        }
        print_many(result);
        if (!result.first_reason.empty())
            std::printf("the first that did not pass: %s\n",
                        shorten(session_.secrets.mask(result.first_reason), 800).c_str());
        return result.failed || result.not_started ? exit_failed : 0;
    }

    void print_many(ManyResult& result) {
        std::ranges::sort(result.durations);
        auto at = [&](double share) {
            if (result.durations.empty()) return 0.0;
            return static_cast<double>(result
                                           .durations[static_cast<std::size_t>(
                                               share * static_cast<double>(result.durations.size() - 1))]
                                           .count()) /
                   1000;
        };
        double seconds = static_cast<double>(result.elapsed.count()) / 1e6;
        std::printf(
            "%zu runs: %zu passed, %zu failed, %zu not started; %.3f s, %.0f runs/s; a run took %.2f ms (median), %.2f "
            "ms (99 %%)\n",
            options_.repeat, result.passed, result.failed, result.not_started, seconds,
            static_cast<double>(result.passed + result.failed) / std::max(seconds, 1e-9), at(0.5), at(0.99));
    }

    const WorkflowOptions& options_;
    RunSession session_;
    bool is_suite_ = false;
};

}  // namespace

int run_workflow(const WorkflowOptions& options) {
    try {
        return RunCommand(options).execute();
    } catch (const std::runtime_error& error) {  // of the HTTP client: a certificate that cannot be used
        return complain(error.what());
    }
}
