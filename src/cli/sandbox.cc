// partnerd sandbox: what concerns a sandbox as a whole.

#include "cli/program.h"

namespace cli {

void add_sandbox_commands(Program& program) {
    Command* group = program.add_group("sandbox", "The sandbox as a whole");
    program.add_command(group, "reset", "Make the sandbox what it was when it was new", "sandbox reset",
                        [](Session& session) -> Result<void> {
                            TRY(session.api.post(path({"sandbox", "reset"})));
                            session.output.note("The sandbox is as it was when it was new.");
                            return {};
                        });
}

}  // namespace cli
