#include "cli/licenses.h"

#include "dialect/pages/documents/files.h"

namespace cli {

void add_licenses_command(Program& program) {
    program.add_own_command(nullptr, "licenses", "Show what others made of this program, and their licences in full",
                            "licenses", [&program] {
                                for (const EmbeddedFile& file : documents::licence_files)
                                    program.surroundings().out << file.bytes;
                                return static_cast<int>(exit_done);
                            });
}

}  // namespace cli
