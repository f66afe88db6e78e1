// Stored documents, read and linked: what a run executes, and what says on storing whether that will work. Nothing is
// fetched: a document refers to what was stored with it, or to the documents that this server publishes itself.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/result.h"
#include "workflow/library.h"

namespace workflows {

// Path of this server -> text: "/openapi/partnership.json".
using OwnDocuments = std::map<std::string, std::string>;

// Immutable, and shared by the runs of one version.
struct Compiled {
    std::unique_ptr<workflow::Loader> loader;
    std::unique_ptr<workflow::Library> library;
};

// sources: a JSON object, the url as written in the document -> text. A document stands at /workflows/NAME of this
// server, so that "../openapi/partnership.json" is what the server publishes there.
Compiled compile(const std::string& name, const std::string& document, const std::string& sources, const OwnDocuments&);

// Refuses: invalid, with each error, where it stands, and how to mend it.
Result<void> check(const Compiled&);

}  // namespace workflows
