#include "workflow/run/suite.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace workflow {

namespace {

using Name = std::pair<std::string, std::string>;

Name name_of(const Workflow& workflow) { return {workflow.document->url, workflow.id}; }

struct Planner {
    std::vector<Member> members;
    std::map<Name, std::size_t> known;
    std::set<Name> open;

    // The member's number; none: it is under way, further up.
    std::optional<std::size_t> add(const Workflow& workflow, bool is_asked_for) {
        const auto name = name_of(workflow);
        if (auto found = known.find(name); found != known.end()) {
            members[found->second].is_asked_for |= is_asked_for;
            return found->second;
        }
        if (!open.insert(name).second) return std::nullopt;
        std::vector<std::size_t> needs;
        for (const auto& link : workflow.depends_on)
            if (link.workflow)
                if (auto needed = add(*link.workflow, false)) needs.push_back(*needed);
        open.erase(name);
        known[name] = members.size();
        members.push_back({&workflow, {}, is_asked_for, std::move(needs)});
        return members.size() - 1;
    }
};

struct Suite : std::enable_shared_from_this<Suite> {
    enum class State { waiting, running, passed, failed };

    const std::vector<Member>& members;
    SuiteOptions options;
    Transport& transport;
    const Cancellation& cancellation;
    std::function<void()> done;

    std::mutex mutex;
    std::vector<State> states;
    std::vector<std::shared_ptr<const Results>> results;
    std::size_t running = 0;

    Suite(const std::vector<Member>& some_members, SuiteOptions some_options, Transport& a_transport,
          const Cancellation& a_cancellation, std::function<void()> when_done)
        : members(some_members),
          options(std::move(some_options)),
          transport(a_transport),
          cancellation(a_cancellation),
          done(std::move(when_done)),
          states(members.size(), State::waiting),
          results(members.size()) {}

    // Begins as many as may begin now; calls done behind the last.
    void go_on() {
        while (true) {
            std::optional<std::size_t> next;
            std::function<void()> finish;
            {
                std::lock_guard lock(mutex);
                if (running < std::max<std::size_t>(1, options.parallel)) next = find_next();
                if (next) {
                    states[*next] = State::running;
                    ++running;
                }
                if (!next && running == 0) finish = std::exchange(done, nullptr);
            }
            if (next) {
                begin(*next);
                continue;
            }
            if (finish) finish();
            return;
        }
    }

    // The first whose needs have all ended.
    std::optional<std::size_t> find_next() const {
        for (std::size_t i = 0; i < members.size(); ++i)
            if (states[i] == State::waiting && std::ranges::all_of(members[i].needs, [&](std::size_t needed) {
                    return states[needed] == State::passed || states[needed] == State::failed;
                }))
                return i;
        return std::nullopt;
    }

    void begin(std::size_t member) {
        const auto& needs = members[member].needs;
        for (std::size_t needed : needs)
            if (states[needed] == State::failed)
                return end(member, {Outcome::not_run,
                                    {},
                                    "the workflow \"" + members[needed].workflow->id +
                                        "\", on which it depends, did not pass"});
        if (cancellation.is_requested()) return end(member, {Outcome::cancelled, {}, cancellation.why()});
        auto earlier = std::make_shared<Results>();
        for (std::size_t needed : needs) earlier->add(*results[needed]);
        auto run_options = options.run;
        run_options.earlier = earlier;
        auto run = std::make_shared<Run>(*members[member].workflow, members[member].inputs, std::move(run_options));
        drive(run, transport, options.begins(member), cancellation,
              [self = shared_from_this(), run, member, earlier](Finished finished) {
                  earlier->add(run->results());
                  // By the name that others depend on, also where it went on as another.
                  if (finished.outcome == Outcome::passed)
                      earlier->passed.insert(name_of(*self->members[member].workflow));
                  self->results[member] = earlier;
                  self->end(member, finished);
                  self->go_on();
              });
    }

    void end(std::size_t member, const Finished& finished) {
        options.ended(member, finished);
        std::lock_guard lock(mutex);
        states[member] = finished.outcome == Outcome::passed ? State::passed : State::failed;
        --running;
    }
};

}  // namespace

std::vector<Member> plan_suite(const std::vector<const Workflow*>& asked_for) {
    Planner planner;
    for (const auto* workflow : asked_for) (void)planner.add(*workflow, true);
    return std::move(planner.members);
}

void drive_suite(const std::vector<Member>& members, SuiteOptions options, Transport& transport,
                 const Cancellation& cancellation, std::function<void()> done) {
    std::make_shared<Suite>(members, std::move(options), transport, cancellation, std::move(done))->go_on();
}

}  // namespace workflow
