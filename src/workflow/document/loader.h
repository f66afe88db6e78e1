// Loader: where the bytes of documents come from. The library asks for one document after the other while it reads an
// Arazzo file and its sources; afterwards nothing is loaded any more.

#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/result.h"

namespace workflow {

class Loader {
public:
    virtual ~Loader() = default;

    // url is absolute and without fragment. Refuses (not_found, forbidden, unavailable, limit_exceeded) with one
    // sentence.
    virtual Result<std::string> read(const std::string& url) = 0;
};

constexpr std::size_t document_bytes_max = 32 * 1024 * 1024;

// file: URLs from the disk; http and https through `fetch`, if there is one.
class DiskLoader : public Loader {
public:
    using Fetch = std::function<Result<std::string>(const std::string& url)>;

    explicit DiskLoader(Fetch fetch = {}) : fetch_(std::move(fetch)) {}
    Result<std::string> read(const std::string& url) override;

private:
    Fetch fetch_;
};

// For tests, and for documents that live in a database.
class MemoryLoader : public Loader {
public:
    explicit MemoryLoader(std::map<std::string, std::string> documents) : documents_(std::move(documents)) {}
    Result<std::string> read(const std::string& url) override;

private:
    std::map<std::string, std::string> documents_;
};

}  // namespace workflow
