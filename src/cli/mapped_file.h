// A file's bytes, as they stand on the disk, without reading them all into memory.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace cli {

class MappedFile {
public:
    // Refuses: unavailable (cannot be read, or is no file with a beginning and an end).
    static Result<MappedFile> open(const std::string& path);

    MappedFile(MappedFile&&) noexcept;
    ~MappedFile();
    MappedFile& operator=(MappedFile&&) = delete;

    std::string_view text() const { return {bytes_, size_}; }

private:
    MappedFile(const char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}

    const char* bytes_;
    std::size_t size_;
};

}  // namespace cli
