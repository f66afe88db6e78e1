// The text of a file that the command line names, or of standard input ("-"), as UTF-8. A file's bytes are not read
// into memory, unless they are UTF-16; what comes over standard input is put into a file of its own first, which nobody
// else may read and which has no name.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace cli {

constexpr const char* standard_input = "-";

class InputText {
public:
    // Refuses: malformed (cannot be read, is no file with a beginning and an end, is UTF-32 or broken UTF-16).
    static Result<InputText> open(const std::string& path);

    InputText(InputText&&) noexcept;
    ~InputText();
    InputText& operator=(InputText&&) = delete;

    std::string_view bytes() const { return {bytes_, size_}; }  // as they stand there
    std::string_view text() const;                              // without a byte order mark; UTF-8 unless it is neither

    // Whether the path names the same file.
    bool is_file(const std::string& path) const;

private:
    InputText(const char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
    static Result<InputText> map(int descriptor, const std::string& name);
    Result<void> decode(const std::string& name);

    const char* bytes_;
    std::size_t size_;
    unsigned long device_ = 0, inode_ = 0;
    bool is_decoded_ = false;
    std::string decoded_;
};

}  // namespace cli
