// Library: an Arazzo document with all that it refers to, read, compiled and linked: the one thing to open before
// anything can be checked or run. Loads everything at once through a Loader, which may end then; afterwards it is
// immutable and can be shared by threads. Never fails as a whole: what is wrong stands in problems(), and in the model
// as obstacles.

#pragma once

#include <map>

#include "workflow/document/document.h"
#include "workflow/document/loader.h"

namespace workflow {

struct LibraryOptions {
    // Source name, as in Source::names -> where to read it instead of its url.
    std::map<std::string, std::string> source_urls;
    // Without, sources are not read and operations stay unknown: for listing and for quick checks.
    bool reads_sources = true;
    // Of each document.
    TreeLimits limits;
};

class Library {
public:
    Library(const std::string& url, Loader&, LibraryOptions = {});
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    const Document* entry() const { return entry_; }  // null when it could not be read at all
    const std::vector<std::unique_ptr<Document>>& documents() const { return documents_; }
    const Problems& problems() const { return problems_; }
    bool has_sources() const { return options_.reads_sources; }

    // Why a run of the workflow could not be executed: one sentence for each step, action or workflow that it could
    // reach.
    static std::vector<std::string> obstacles(const Workflow&);

private:
    // `prefix`: of the names of its sources, "ext." of the source "ext".
    Document* read(const std::string& url, const std::string& referrer, const std::string& prefix);
    Result<Tree> read_tree_of(const std::string& url, const std::string& referrer);
    void read_sources(Document&, Diagnostics&, const std::string& prefix);
    void read_source(Document&, Source&, Diagnostics&, const std::string& prefix);
    void name_sources(const Document&, const std::string& prefix, int depth);
    void compile_inputs(Document&, Diagnostics&);

    Loader* loader_;  // null once all is read
    LibraryOptions options_;
    Problems problems_;
    std::vector<std::unique_ptr<Document>> documents_;
    std::map<std::string, std::shared_ptr<OpenApi>> apis_;
    std::map<std::string, Result<Tree>> trees_;
    std::vector<std::unique_ptr<Diagnostics>> diagnostics_;  // of documents_, in their order
    Document* entry_ = nullptr;
};

}  // namespace workflow
