// Stored documents, read and linked: what a run executes, and what says on storing whether that will work. Nothing is
// fetched: a document refers to what was stored with it, or to the documents that this server publishes itself.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "workflow/document/library.h"

namespace workflows {

// What this server publishes at a path, such as "/openapi/admin.json"; absent: nothing.
using FindOwnDocument = std::function<std::optional<std::string>(std::string_view path)>;

// Where this server is, among documents.
inline const std::string own_origin = "http://partnerd.invalid";

// sources: a JSON object, the url as written in the document -> text. A document stands at /workflows/NAME of this
// server, so that "../openapi/admin.json" is what the server publishes there. Shared by the runs of one version.
std::shared_ptr<const workflow::Library> compile(const std::string& name, const std::string& document,
                                                 const std::string& sources, const FindOwnDocument&);

// Refuses: invalid, with each error, where it stands, and how to mend it.
Result<void> check(const workflow::Library&);

}  // namespace workflows
