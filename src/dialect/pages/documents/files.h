// The files that the build put into the binary for this folder.

#pragma once

#include <vector>

#include "core/embedded_file.h"

namespace documents {

extern const std::vector<EmbeddedFile> openapi_files;   // openapi/*.json
extern const std::vector<EmbeddedFile> page_files;      // page/*
extern const std::vector<EmbeddedFile> renderer_files;  // compressed, "NAME.gz"; none when npm was not to be had
extern const std::vector<EmbeddedFile> licence_files;   // licenses.txt: NOTICE, and all licences in full

}  // namespace documents
