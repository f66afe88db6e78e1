// Stored workflows and their runs, for operators: /admin/v1/workflows/{name}, /admin/v1/workflow-runs. Credentials and
// errors as in the operator API. Built in server/, like the sandbox: it has a thread (see runner.h) that needs the
// service whose dialect this is.

#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "runner/runner.h"
#include "service/dialect.h"
#include "service/service.h"

namespace workflows {

class Workflows {
public:
    Workflows();
    ~Workflows();
    Workflows(const Workflows&) = delete;

    const service::Dialect& dialect() const;

    // Takes up what is unfinished. Until then, and after stop(), what is queued waits.
    void start(RunnerOptions);
    void stop();  // before the database ends

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace workflows
