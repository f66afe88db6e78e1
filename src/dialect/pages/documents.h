// What a server says about its own APIs: GET /openapi lists the OpenAPI documents of the dialects that it serves, GET
// /openapi/NAME.json is one of them, and /docs renders them in a browser, with requests that can be tried. The
// documents are the files of openapi/, the pages those of page/ and a renderer from npm (see cmake/renderer.cmake): all
// of them are in the binary, and a browser asks nobody else. Built in server/; for anyone to read.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded_file.h"
#include "service/dialect.h"

namespace documents {

struct DocumentsOptions {
    std::vector<const service::Dialect*> dialects;  // whose documents are served
    // In a sandbox, a credential of the kind to try requests with: known to everybody there. Empty elsewhere.
    std::function<std::optional<std::string>(CredentialKind)> find_sandbox_secret = {};
};

class Documents {
public:
    explicit Documents(DocumentsOptions);
    ~Documents();
    Documents(const Documents&) = delete;

    // Three of them, since their paths begin in three ways: /openapi, /docs, and / itself, a page that leads to both.
    // That takes whatever nobody else does: they come last.
    std::vector<const service::Dialect*> dialects() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// All documents there are, whoever serves them; name without ".json". Null: there is none.
const EmbeddedFile* find_document(std::string_view name);

// The same by the path at which a server serves it: "/openapi/NAME.json". Absent: no such document.
std::optional<std::string> find_document_at(std::string_view path);

// False where the program was built without the renderer: /docs then is a list of links.
bool has_renderer();

}  // namespace documents
