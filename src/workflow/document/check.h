// check: all that is wrong with an Arazzo document, and how to mend it: what the library found while reading and
// linking, the specification's schema, and what no schema can say: expressions that name nothing, circles, steps that
// are never reached.

#pragma once

#include "workflow/document/library.h"

namespace workflow {

// Sorted by file and position; at one place, errors first.
Problems check(const Library&);

// Against the schema of the version that the document names. Each problem with its position.
Problems check_schema(const Document&);

// Against a version's schema (minor 0 or 1), as the schema says it.
std::vector<jsonschema::Violation> schema_violations(const json::value& document, int minor);

}  // namespace workflow
