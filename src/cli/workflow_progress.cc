#include "cli/workflow_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "workflow/text/text.h"

using workflow::shorten;

namespace {

constexpr const char* green = "32";
constexpr const char* red = "31";
constexpr const char* yellow = "33";
constexpr const char* grey = "90";
constexpr std::size_t body_bytes_shown = 2000;

std::string indent_of(int depth) { return std::string(2 + 4 * static_cast<std::size_t>(depth), ' '); }

std::string content_type_of(const http::Headers& headers) {
    const auto* type = headers.find("Content-Type");
    return type ? *type : std::string();
}

}  // namespace

Progress::Progress(workflow::Secrets& secrets, Detail detail, bool is_collected)
    : secrets_(secrets),
      detail_(detail),
      is_collected_(is_collected),
      is_terminal_(isatty(STDOUT_FILENO) && detail != Detail::quiet && !is_collected),
      has_colours_(isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR")) {
    if (is_terminal_) animation_ = std::thread([this] { animate(); });
}

Progress::~Progress() {
    {
        std::lock_guard lock(mutex_);
        ends_ = true;
    }
    changed_.notify_one();
    if (animation_.joinable()) animation_.join();
}

std::string Progress::colour(const char* code, const std::string& text) const {
    return has_colours_ ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
}

void Progress::animate() {
    static constexpr const char* frames[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    std::unique_lock lock(mutex_);
    for (std::size_t frame = 0; !ends_; ++frame) {
        if (!waiting_.empty()) {
            std::printf("\r\x1b[2K%s %s", frames[frame % std::size(frames)], waiting_.c_str());
            std::fflush(stdout);
            changed_.wait_for(lock, std::chrono::milliseconds(100));
        } else {
            changed_.wait(lock);
        }
    }
}

void Progress::show_waiting(std::string text) {
    if (!is_terminal_) return;
    {
        std::lock_guard lock(mutex_);
        waiting_ = std::move(text);
    }
    changed_.notify_one();
}

void Progress::stop_waiting() {
    if (!is_terminal_) return;
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) return;
    waiting_.clear();
    std::printf("\r\x1b[2K");
}

void Progress::print_collected(const std::string& heading) {
    if (collected_.empty()) return;
    std::printf("%s%s", heading.c_str(), collected_.c_str());
    std::fflush(stdout);
    collected_.clear();
}

void Progress::print_line(const std::string& line) {
    if (is_collected_) {
        collected_ += line + "\n";
        return;
    }
    stop_waiting();
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

void Progress::on(const workflow::Event& event) {
    using namespace workflow;
    secrets_.learn(event);
    if (const auto* started = std::get_if<WorkflowStarted>(&event.what)) {
        if (detail_ == Detail::quiet) return;
        std::string line = indent_of(started->depth).substr(2) + shorten(started->workflow->id);
        std::string about = started->why.empty() ? started->workflow->summary : started->why;
        if (!about.empty()) line += "  " + colour(grey, shorten(secrets_.mask(about), 100));
        print_line(line);
    } else if (const auto* step = std::get_if<StepStarted>(&event.what)) {
        start_step(*step);
    } else if (const auto* sent = std::get_if<RequestSent>(&event.what)) {
        exchange_ = sent->exchange;
        show_waiting(shorten(exchange_->method + " " + secrets_.mask_url(exchange_->url), 70));
    } else if (const auto* received = std::get_if<ResponseReceived>(&event.what)) {
        exchange_elapsed_ = received->elapsed;
    } else if (const auto* missing = std::get_if<NoResponse>(&event.what)) {
        exchange_elapsed_ = missing->elapsed;
    } else if (const auto* criterion = std::get_if<CriterionChecked>(&event.what)) {
        criteria_.push_back(*criterion);
    } else if (const auto* note = std::get_if<Noted>(&event.what)) {
        if (is_between_)
            print_note(note->text, "      ");
        else
            notes_.push_back(note->text);
    } else if (const auto* considered = std::get_if<ActionConsidered>(&event.what)) {
        if (detail_ == Detail::verbose)
            print_line("      " + colour(grey, considered->type + " " + shorten(considered->name, 60) +
                                                   (considered->is_taken ? " is taken: " : " is not taken: ") +
                                                   shorten(secrets_.mask(considered->why), 300)));
    } else if (const auto* ended = std::get_if<StepEnded>(&event.what)) {
        end_step(*ended);
    } else if (const auto* action = std::get_if<ActionTaken>(&event.what)) {
        if (detail_ == Detail::quiet) return;
        print_line("      " + colour(yellow, "→ " + shorten(secrets_.mask(action->text), 300)));
        show_waiting("waiting");
    }
}

void Progress::print_note(const std::string& text, const std::string& indent) {
    print_line(indent + colour(yellow, "note: ") + shorten(secrets_.mask(text), 300));
}

void Progress::start_step(const workflow::StepStarted& started) {
    is_between_ = false;
    exchange_.reset();
    criteria_.clear();
    notes_.clear();
    if (started.step->kind != workflow::Step::Kind::workflow || detail_ == Detail::quiet) return;
    print_line(indent_of(started.depth) + colour(grey, "▸") + " " + shorten(started.step->id) + "  workflow " +
               shorten(started.step->target));
}

void Progress::end_step(const workflow::StepEnded& ended) {
    is_between_ = true;
    if (ended.passed && detail_ == Detail::quiet) return;
    auto indent = indent_of(ended.depth);
    std::string line = indent + (ended.passed ? colour(green, "✓") : colour(red, "✗")) + " " + shorten(ended.step->id);
    if (ended.attempt > 1) line += fmt::format(" (attempt {})", ended.attempt);
    if (exchange_ && ended.step->kind == workflow::Step::Kind::operation) {
        line += "  " + exchange_->method + " " + shorten(secrets_.mask_url(exchange_->url), 120);
        if (exchange_->status) line += fmt::format("  {}", exchange_->status);
        line += colour(grey, fmt::format("  {} ms", exchange_elapsed_.count()));
    }
    print_line(line);
    auto deeper = indent + "    ";
    for (const auto& criterion : criteria_) {
        if (criterion.holds && detail_ != Detail::verbose) continue;
        std::string text = shorten(secrets_.mask(criterion.text), 200);
        if (criterion.holds)
            print_line(deeper + colour(green, "✓ ") + text);
        else
            print_line(deeper + colour(red, "✗ ") + text + colour(grey, ": ") +
                       shorten(secrets_.mask(criterion.why), 600));
    }
    bool reason_is_told =
        std::any_of(criteria_.begin(), criteria_.end(), [](const auto& criterion) { return !criterion.holds; });
    if (!ended.passed && !reason_is_told) print_line(deeper + shorten(secrets_.mask(ended.reason), 600));
    for (const auto& note : notes_) print_note(note, deeper);
    bool own_exchange = exchange_ && ended.step->kind == workflow::Step::Kind::operation;
    if (own_exchange && (!ended.passed || detail_ == Detail::verbose)) print_exchange(*exchange_, deeper);
    if (detail_ == Detail::verbose && !ended.outputs.empty())
        print_line(deeper + "outputs " +
                   shorten(workflow::to_json(secrets_.mask_value(ended.outputs)), body_bytes_shown));
    criteria_.clear();
    notes_.clear();
}

void Progress::print_exchange(const workflow::Exchange& exchange, const std::string& indent) {
    print_message("sent", exchange.request_headers, exchange.request_bytes, indent);
    if (exchange.status) print_message("received", exchange.response_headers, exchange.response_bytes, indent);
}

void Progress::print_message(const char* title, const http::Headers& headers, const std::string& body,
                             const std::string& indent) {
    if (detail_ == Detail::verbose)
        for (const auto& header : headers)
            print_line(indent + colour(grey, std::string(title) + "  " + shorten(header.name, 60) + ": " +
                                                 shorten(secrets_.mask_header(header.name, header.value), 200)));
    if (!body.empty())
        print_line(indent + colour(grey, std::string(title) + "  ") +
                   shorten(secrets_.mask_body(content_type_of(headers), body), body_bytes_shown));
}

void Progress::print_summary(const workflow::Finished& finished, workflow::milliseconds elapsed) {
    stop_waiting();
    bool passed = finished.outcome == workflow::Outcome::passed;
    if (passed && detail_ == Detail::quiet) return;
    const char* word = passed                                             ? "passed"
                       : finished.outcome == workflow::Outcome::failed    ? "failed"
                       : finished.outcome == workflow::Outcome::cancelled ? "stopped"
                                                                          : "not run";
    std::string line = colour(passed ? green : red, word) + fmt::format(" in {} ms", elapsed.count());
    if (!finished.reason.empty()) line += ": " + shorten(secrets_.mask(finished.reason), 800);
    print_line(line);
    if (!finished.outputs.empty()) print_line(workflow::to_pretty_json(secrets_.mask_value(finished.outputs)));
}
