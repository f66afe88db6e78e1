// Progress: what a person sees while a workflow runs. On a terminal, colours and a line that moves while an answer is
// awaited; in a pipe, plain lines. Everything is masked before it is printed.

#pragma once

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "workflow/run/driver.h"
#include "workflow/run/secrets.h"

class Progress : public workflow::Observer {
public:
    enum class Detail { quiet, normal, verbose };

    // is_collected: nothing is printed before print_collected(), so that what several tell at the same time stays
    // apart.
    Progress(workflow::Secrets&, Detail, bool is_collected = false);
    ~Progress() override;

    void on(const workflow::Event&) override;
    void print_summary(const workflow::Finished&, workflow::milliseconds elapsed);
    void print_collected(const std::string& heading);

private:
    void start_step(const workflow::StepStarted&);
    void end_step(const workflow::StepEnded&);
    void print_exchange(const workflow::Exchange&, const std::string& indent);
    void print_message(const char* title, const http::Headers&, const std::string& body, const std::string& indent);
    void print_line(const std::string& line);
    void print_note(const std::string& text, const std::string& indent);
    std::string colour(const char* code, const std::string& text) const;
    void show_waiting(std::string text);
    void stop_waiting();
    void animate();

    workflow::Secrets& secrets_;
    Detail detail_;
    const bool is_collected_;
    std::string collected_;
    bool is_terminal_;
    bool is_between_ = false;  // a step has ended, and no other has begun
    bool has_colours_;

    std::shared_ptr<const workflow::Exchange> exchange_;
    workflow::milliseconds exchange_elapsed_{0};
    std::vector<workflow::CriterionChecked> criteria_;
    std::vector<std::string> notes_;

    std::mutex mutex_;  // of what the moving line shows
    std::condition_variable changed_;
    std::string waiting_;
    bool ends_ = false;
    std::thread animation_;
};
