#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "cli/workflow_options.h"

namespace {

constexpr const char* document = R"(
arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- workflowId: first
  inputs: {type: object, required: [uid], properties: {uid: {type: string}}}
  steps: [{stepId: read, operationId: read, parameters: [{name: uid, in: path, value: $inputs.uid}]}]
- workflowId: second
  steps: [{stepId: read, operationId: read, parameters: [{name: uid, in: path, value: x}]}]
)";

constexpr const char* api = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'http://127.0.0.1:1'}]
paths:
  /{uid}: {get: {operationId: read, responses: {'200': {description: d}}}}
)";

class WorkflowCommands : public testing::Test {
protected:
    WorkflowCommands() {
        char name[] = "/tmp/partnerd-workflow-XXXXXX";
        folder_ = mkdtemp(name);
        std::ofstream(folder_ / "w.yaml") << document;
        std::ofstream(folder_ / "api.yaml") << api;
        options_.file = folder_ / "w.yaml";
        options_.targets = {options_.file};
    }
    ~WorkflowCommands() override { std::filesystem::remove_all(folder_); }

    int call(int (*command)(const WorkflowOptions&)) {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        const int exit_code = command(options_);
        output_ = testing::internal::GetCapturedStdout();
        complaints_ = testing::internal::GetCapturedStderr();
        return exit_code;
    }

    std::filesystem::path folder_;
    WorkflowOptions options_;
    std::string output_;
    std::string complaints_;
};

TEST_F(WorkflowCommands, ServersAreOfSourcesThatThereAre) {
    options_.servers = {"apy=http://127.0.0.1:1"};
    options_.inputs = {"uid=x"};
    EXPECT_EQ(call(run_workflow), 2);
    EXPECT_EQ(complaints_, "partnerd: --server: there is no source \"apy\"; there are: api\n");
    EXPECT_EQ(output_, "");
}

TEST_F(WorkflowCommands, APlanWithWrongInputsIsShownAndIsNoSuccess) {
    options_.is_dry_run = true;
    EXPECT_EQ(call(run_workflow), 2);
    EXPECT_EQ(complaints_, "partnerd: the inputs are not valid: must have the property \"uid\"\n");
    EXPECT_NE(output_.find("1. read  GET http://127.0.0.1:1/{uid}"), std::string::npos) << output_;

    options_.inputs = {"uid=x"};
    EXPECT_EQ(call(run_workflow), 0);
    EXPECT_EQ(complaints_, "");
}

TEST_F(WorkflowCommands, ShowTheFirstWorkflowWhereNoneIsNamed) {
    EXPECT_EQ(call(show_workflow), 0);
    EXPECT_EQ(output_.substr(0, 6), "first\n");
    options_.workflow_id = "second";
    EXPECT_EQ(call(show_workflow), 0);
    EXPECT_EQ(output_.substr(0, 7), "second\n");
    options_.workflow_id = "third";
    EXPECT_EQ(call(show_workflow), 2);
}

}  // namespace
