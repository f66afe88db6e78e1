// `partnerd workflow run`.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "cli/workflow_library.h"
#include "cli/workflow_progress.h"
#include "workflow/run/record.h"
#include "workflow/run/response_check.h"
#include "workflow/run/transport.h"
#include "workflow/text/text.h"

using namespace workflow;

namespace {

constexpr int exit_failed = 1;
constexpr int exit_not_run = 2;

int complain(const std::string& what) {
    std::fprintf(stderr, "partnerd: %s\n", what.c_str());
    return exit_not_run;
}

// The text itself, or what stands in the file behind '@'.
std::optional<std::string> text_or_file(const std::string& text) {
    if (!text.starts_with('@')) return text;
    std::ifstream in(text.substr(1), std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

bool write_file(const std::string& path, const std::string& content, int mode) {
    int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) return false;
    std::size_t written = 0;
    while (written < content.size()) {
        auto count = write(file, content.data() + written, content.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    return close(file) == 0 && written == content.size();
}

// The type that the workflow's schema gives an input, through $ref and allOf; empty when it gives none, or several.
std::string input_type(const Workflow& workflow, const json::value* schema, const std::string& name, int depth = 0) {
    const auto* object = schema ? schema->if_object() : nullptr;
    if (!object || depth > 16) return {};
    auto follow = [&](const json::value& reference) -> const json::value* {
        const auto* text = reference.if_string();
        auto pointer = text && text->starts_with("#") ? parse_pointer(std::string_view(*text).substr(1)) : std::nullopt;
        return pointer ? follow_pointer(workflow.document->tree.root(), *pointer) : nullptr;
    };
    if (name.empty()) {
        if (const auto* type = object->if_contains("type"))
            return type->is_string() ? std::string(type->get_string()) : std::string();
        const auto* reference = object->if_contains("$ref");
        return reference ? input_type(workflow, follow(*reference), name, depth + 1) : std::string();
    }
    if (const auto* properties = object->if_contains("properties"); properties && properties->is_object())
        if (const auto* property = properties->get_object().if_contains(name))
            return input_type(workflow, property, "", depth + 1);
    if (const auto* reference = object->if_contains("$ref"))
        return input_type(workflow, follow(*reference), name, depth + 1);
    if (const auto* parts = object->if_contains("allOf"); parts && parts->is_array())
        for (const auto& part : parts->get_array())
            if (auto type = input_type(workflow, &part, name, depth + 1); !type.empty()) return type;
    return {};
}

json::value typed_input(const std::string& text, const std::string& type) {
    if (type.empty() || type == "string") return json::value(text);
    auto value = parse_json(text);
    return value ? *value : json::value(text);  // the schema says what is wrong with it
}

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
        library_ = open_library(options_);
        if (!library_->entry()) {
            for (const auto& problem : library_->problems()) print_problem(problem);
            return exit_not_run;
        }
        workflow_ = choose_workflow(*library_->entry(), options_.workflow_id);
        if (!workflow_) return exit_not_run;
        if (!read_inputs() || !read_requests() || !read_reports()) return exit_not_run;
        auto obstacles = Library::obstacles(*workflow_);
        for (const auto& obstacle : obstacles) complain(obstacle);
        if (!obstacles.empty()) return exit_not_run;
        if (options_.is_dry_run) return print_plan();
        return options_.repeat > 1 ? run_many() : run_once();
    }

private:
    bool read_inputs() {
        if (!options_.inputs_json.empty()) {
            auto text = text_or_file(options_.inputs_json);
            auto value = text ? parse_json(*text) : std::nullopt;
            if (!value || !value->is_object())
                return complain("--inputs wants a JSON object, or @FILE with one"), false;
            inputs_ = std::move(value->as_object());
        }
        for (const auto& text : options_.inputs) {
            auto pair = split_pair(text, "--input");
            if (!pair) return false;
            inputs_[pair->first] = typed_input(pair->second, input_type(*workflow_, workflow_->inputs, pair->first));
        }
        secrets_.add_inputs(*workflow_, inputs_);
        return true;
    }

    bool read_requests() {
        auto& requests = run_options_.requests;
        for (const auto& text : options_.servers) {
            auto pair = split_pair(text, "--server");
            if (!pair) return false;
            if (!names_source(pair->first)) return false;
            requests.servers[pair->first] = pair->second;
        }
        for (const auto& text : options_.auth) {
            auto pair = split_pair(text, "--auth");
            if (!pair) return false;
            const char* secret = std::getenv(pair->second.c_str());
            if (!secret || !*secret)
                return complain("--auth " + pair->first + ": the environment variable " + pair->second + " is not set"),
                       false;
            add_secret(secret);
            requests.credentials.by_scheme[pair->first] = secret;
        }
        if (!options_.token.empty()) {
            auto token = text_or_file(options_.token);
            if (!token) return complain("--token: the file cannot be read"), false;
            requests.credentials.token = trim(*token);
            add_secret(requests.credentials.token);
        }
        run_options_.steps_max = options_.steps_max;
        if (options_.checks_responses) {
            checker_ = std::make_shared<ResponseChecker>();
            run_options_.check_response = [checker = checker_](const Operation& operation, const Exchange& exchange) {
                return checker->check(operation, exchange);
            };
        }
        return true;
    }

    // A name that is nobody's would be taken for what has been said, and requests would go elsewhere.
    bool names_source(const std::string& name) {
        std::string known;
        for (const auto& document : library_->documents())
            for (const auto& source : document->sources) {
                for (const auto& own : source.names) {
                    if (own == name) return true;
                    known += (known.empty() ? "" : ", ") + own;
                }
            }
        complain(fmt::format("--server: there is no source \"{}\"; there are: {}", shorten(name, 60), known));
        return false;
    }

    void add_secret(const std::string& secret) {
        secrets_.add(secret);
        secrets_.add(base64(secret));  // as Basic sends it
    }

    bool read_reports() {
        for (const auto& text : options_.reports) {
            auto pair = split_pair(text, "--report");
            if (!pair) return false;
            if (pair->first != "junit" && pair->first != "har" && pair->first != "json")
                return complain("--report is junit=FILE, har=FILE or json=FILE"), false;
            reports_.push_back(*pair);
        }
        if (options_.repeat > 1 && (!reports_.empty() || !options_.outputs_file.empty()))
            return complain("reports and outputs are of one run; --repeat has none"), false;
        return true;
    }

    int print_plan() {
        int exit_code = 0;
        json::object inputs = inputs_;
        if (workflow_->inputs_schema) {
            json::value whole(inputs);
            (void)workflow_->inputs_schema->apply_defaults(whole).ok();
            for (const auto& violation : workflow_->inputs_schema->validate(whole, 5)) {
                const std::string where = violation.instance_pointer.empty() ? "" : violation.instance_pointer + ' ';
                exit_code = complain("the inputs are not valid: " + where + violation.message);
            }
            if (whole.is_object()) inputs = whole.as_object();
        }
        std::printf("%s\ninputs %s\n", workflow_->id.c_str(), to_json(secrets_.mask_value(inputs)).c_str());
        for (const auto& link : workflow_->depends_on) std::printf("first: workflow %s\n", link.text.c_str());
        std::size_t number = 0;
        for (std::size_t i = 0; i < workflow_->steps.size(); ++i) {
            const auto& step = workflow_->steps[workflow_->order.empty() ? i : workflow_->order[i]];
            std::printf("%zu. %s  %s\n", ++number, step.id.c_str(), describe_target(step).c_str());
            Scope scope{.inputs = &inputs, .document = workflow_->document};
            for (const auto& parameter : step.parameters) {
                Gaps gaps;
                auto value = parameter.value.evaluate(scope, gaps);
                bool known = value && gaps.cannot.empty();
                auto shown =
                    known
                        ? to_json(
                              secrets_.mask_value(json::object{{parameter.name, *value}}).as_object().begin()->value())
                        : to_text(parameter.value.written());
                std::printf("     %s %s = %s\n", std::string(to_string(parameter.in)).c_str(),
                            shorten(parameter.name, 60).c_str(), shorten(shown).c_str());
            }
            if (step.body && step.body->payload)
                std::printf("     body (%s) %s\n", request_content_type(step).c_str(),
                            shorten(secrets_.mask(to_json(step.body->payload->written())), 400).c_str());
            for (const auto& criterion : step.success_criteria)
                std::printf("     succeeds when %s\n", shorten(criterion.text(), 200).c_str());
            print_actions("on success", step.on_success);
            print_actions("on failure", step.on_failure);
        }
        return exit_code;
    }

    std::string describe_target(const Step& step) {
        if (step.kind == Step::Kind::workflow) return "workflow " + step.target;
        if (!step.operation || !step.source) return step.target;
        const auto* given = find_for_source(run_options_.requests.servers, *step.source);
        return step.operation->method + " " + (given ? *given : step.operation->server) + step.operation->path;
    }

    void print_actions(const char* when, const std::vector<Action>& actions) {
        for (const auto& action : actions) {
            std::string text = action.kind == Action::Kind::end ? "end"
                               : action.kind == Action::Kind::go
                                   ? "goto"
                                   : fmt::format("retry up to {} times", action.retry_limit);
            if (action.retry_after_seconds) text += fmt::format(" after {} s", *action.retry_after_seconds);
            if (action.step) text += " step " + workflow_->steps[*action.step].id;
            if (action.workflow) text += " workflow " + action.workflow->text;
            for (const auto& criterion : action.criteria)
                text += (&criterion == &action.criteria[0] ? " if " : " and ") + criterion.text();
            std::printf("     %s: %s\n", when, shorten(text, 300).c_str());
        }
    }

    http::ClientOptions client_options() const {
        http::ClientOptions out;
        out.call_timeout = milliseconds(std::max<std::int64_t>(
            1, static_cast<std::int64_t>(std::min(options_.request_timeout_seconds, 1e7) * 1000)));
        out.connect_timeout = std::min(out.connect_timeout, out.call_timeout);
        out.ca_file = options_.ca_file;
        out.user_agent = "partnerd/" + options_.version;
        return out;
    }

    // Blocks until `begin` has called its argument; a signal or the timeout ends it early.
    void wait_for(Transport& transport, const std::function<void(std::function<void()>)>& begin) {
        int finished = eventfd(0, EFD_CLOEXEC);
        begin([finished] {
            std::uint64_t one = 1;
            (void)!write(finished, &one, sizeof one);
        });
        auto started = std::chrono::steady_clock::now();
        pollfd waiting[] = {{finished, POLLIN, 0}, {signals_, POLLIN, 0}};
        while (true) {
            int patience = -1;
            if (options_.timeout_seconds > 0 && !cancellation_.is_requested()) {
                std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
                double left = options_.timeout_seconds - passed.count();
                if (left <= 0) {
                    stop(transport, fmt::format("it took longer than --timeout {} s", options_.timeout_seconds));
                    continue;
                }
                patience = static_cast<int>(std::min(left * 1000 + 1, 1e9));
            }
            if (poll(waiting, 2, patience) < 0) continue;
            if (waiting[0].revents) break;
            if (waiting[1].revents) {
                signalfd_siginfo info;
                (void)!read(signals_, &info, sizeof info);
                stop(transport, "it was stopped by a signal");
            }
        }
        close(finished);
    }

    void stop(Transport& transport, const std::string& why) {
        cancellation_.request(why);
        static_cast<HttpTransport&>(transport).stop();
    }

    // Before any thread is started, so that all inherit it.
    void block_signals() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
        signals_ = signalfd(-1, &set, SFD_CLOEXEC);
    }

    int run_once() {
        block_signals();
        auto detail = options_.is_quiet     ? Progress::Detail::quiet
                      : options_.is_verbose ? Progress::Detail::verbose
                                            : Progress::Detail::normal;
        Finished finished;
        Recorder recorder;
        auto started = std::chrono::steady_clock::now();
        int failed_reports = 0;
        {
            HttpTransport transport(client_options());
            Progress progress(secrets_, detail);
            auto run = std::make_shared<Run>(*workflow_, inputs_, run_options_);
            wait_for(transport, [&](std::function<void()> done) {
                drive(run, transport, {&recorder, &progress}, cancellation_, [&finished, done](Finished result) {
                    finished = std::move(result);
                    done();
                });
            });
            recorder.finish(finished, transport.now());
            progress.print_summary(
                finished, std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started));
        }
        for (const auto& [kind, path] : reports_) failed_reports += write_report(kind, path, recorder.record());
        if (!options_.outputs_file.empty() &&
            !write_file(options_.outputs_file, to_pretty_json(finished.outputs) + "\n", 0600))
            failed_reports += complain("cannot write " + options_.outputs_file);
        if (failed_reports) return exit_not_run;
        return finished.outcome == Outcome::passed    ? 0
               : finished.outcome == Outcome::not_run ? exit_not_run
                                                      : exit_failed;
    }

    int write_report(const std::string& kind, const std::string& path, const Record& record) {
        auto text = kind == "junit" ? junit_report(record, secrets_)
                    : kind == "har" ? har_report(record, secrets_, options_.version)
                                    : json_report(record, secrets_);
        return write_file(path, text, 0644) ? 0 : complain("cannot write the report " + path);
    }

    int run_many() {
        block_signals();
        ManyResult result;
        {
            auto client = client_options();
            client.idle_connections_max = std::max<std::size_t>(client.idle_connections_max, options_.parallel);
            HttpTransport transport(client);
            auto options = run_options_;
            options.records = false;
            auto make = [&](std::size_t number) {
                return Run(*workflow_, numbered(inputs_, std::to_string(number)).as_object(), options);
            };
            wait_for(transport, [&](std::function<void()> done) {
                drive_many({options_.repeat, options_.parallel, make}, transport, cancellation_,
                           [&result, done](ManyResult of_all) {
                               result = std::move(of_all);
                               done();
                           });
            });
        }
        print_many(result);
        if (!result.first_reason.empty())
            std::printf("the first that did not pass: %s\n", shorten(secrets_.mask(result.first_reason), 800).c_str());
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
    std::unique_ptr<const Library> library_;
    const Workflow* workflow_ = nullptr;
    json::object inputs_;
    RunOptions run_options_;
    Secrets secrets_;
    std::shared_ptr<ResponseChecker> checker_;
    std::vector<std::pair<std::string, std::string>> reports_;
    Cancellation cancellation_;
    int signals_ = -1;
};

}  // namespace

int run_workflow(const WorkflowOptions& options) { return RunCommand(options).execute(); }
