#include "workflow/document/circles.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>

namespace workflow {
namespace {

class CirclesTest : public testing::Test {
protected:
    void link(const Workflow& from, const Workflow& to) { links_[&from].push_back(&to); }

    Circles circles() const {
        std::vector<const Workflow*> all;
        for (const Workflow& workflow : workflows_) all.push_back(&workflow);
        return Circles(all, [this](const Workflow& workflow) {
            const auto found = links_.find(&workflow);
            return found == links_.end() ? std::vector<const Workflow*>() : found->second;
        });
    }

    std::deque<Workflow> workflows_ = std::deque<Workflow>(6);
    std::map<const Workflow*, std::vector<const Workflow*>> links_;
};

TEST_F(CirclesTest, a_way_back_is_found_through_others_and_to_itself) {
    link(workflows_[0], workflows_[1]);
    link(workflows_[1], workflows_[2]);
    link(workflows_[2], workflows_[0]);
    link(workflows_[2], workflows_[3]);
    link(workflows_[3], workflows_[4]);
    link(workflows_[4], workflows_[4]);
    const Circles found = circles();
    EXPECT_TRUE(found.leads_back(workflows_[0], workflows_[1]));
    EXPECT_TRUE(found.leads_back(workflows_[2], workflows_[0]));
    EXPECT_FALSE(found.leads_back(workflows_[2], workflows_[3]));
    EXPECT_FALSE(found.leads_back(workflows_[3], workflows_[4]));
    EXPECT_TRUE(found.leads_back(workflows_[4], workflows_[4]));
}

TEST_F(CirclesTest, two_circles_that_share_a_workflow_are_one) {
    link(workflows_[0], workflows_[1]);
    link(workflows_[1], workflows_[0]);
    link(workflows_[1], workflows_[2]);
    link(workflows_[2], workflows_[1]);
    EXPECT_TRUE(circles().leads_back(workflows_[0], workflows_[2]));
}

TEST_F(CirclesTest, a_row_of_many_takes_no_stack) {
    workflows_.resize(50'000);
    for (std::size_t i = 0; i + 1 < workflows_.size(); ++i) link(workflows_[i], workflows_[i + 1]);
    EXPECT_FALSE(circles().leads_back(workflows_[0], workflows_[1]));
    link(workflows_.back(), workflows_.front());
    EXPECT_TRUE(circles().leads_back(workflows_[0], workflows_[1]));
}

}  // namespace
}  // namespace workflow
