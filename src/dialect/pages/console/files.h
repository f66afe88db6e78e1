// The files that the build put into the binary for the console: the page, its style sheet and its scripts, which
// cmake/console.cmake has made one of, all compressed, "NAME.gz".

#pragma once

#include <vector>

#include "core/embedded_file.h"

namespace console {

extern const std::vector<EmbeddedFile> page_files;

}  // namespace console
