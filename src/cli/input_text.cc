#include "cli/input_text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "core/utf8.h"

namespace cli {
namespace {

using namespace std::string_view_literals;

Error unreadable(const std::string& name, const std::string& why) {
    return {Reason::malformed, name + " cannot be read: " + why + '.'};
}

bool write_all(int descriptor, const char* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t count = write(descriptor, bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

// mkstemp gives mode 0600.
Result<int> spool_standard_input() {
    const char* folder = std::getenv("TMPDIR");
    std::string path = std::string(folder && *folder ? folder : "/tmp") + "/partnerd-XXXXXX";
    const int spool = mkstemp(path.data());
    if (spool < 0) return unreadable("Standard input", "there is no room for it in " + path);
    unlink(path.c_str());
    std::array<char, 65'536> buffer;
    while (true) {
        const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) return spool;
        if (count < 0 || !write_all(spool, buffer.data(), static_cast<std::size_t>(count))) {
            const std::string why = std::strerror(errno);
            close(spool);
            return unreadable("Standard input", why);
        }
    }
}

// Absent: it is not UTF-16.
std::optional<bool> find_little_endian(std::string_view bytes) {
    if (bytes.starts_with("\xff\xfe")) return true;
    if (bytes.starts_with("\xfe\xff")) return false;
    if (bytes.size() < 4 || bytes.size() % 2 != 0) return std::nullopt;
    if (bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0) return true;
    if (bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0 && bytes[3] != 0) return false;
    return std::nullopt;
}

// Absent: surrogates without their other half, or half a character at the end.
std::optional<std::string> decode_utf16(std::string_view bytes, bool is_little_endian) {
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]), second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(is_little_endian ? first | second << 8 : second | first << 8);
    };
    if (bytes.size() % 2 != 0) return std::nullopt;
    std::string text;
    text.reserve(bytes.size() / 2);
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        char32_t code_point = unit(at);
        if (at == 0 && code_point == 0xfeff) continue;
        if (code_point >= 0xd800 && code_point < 0xe000) {
            const char32_t low = at + 3 < bytes.size() ? unit(at + 2) : 0;
            if (code_point >= 0xdc00 || low < 0xdc00 || low >= 0xe000) return std::nullopt;
            code_point = 0x10000 + ((code_point - 0xd800) << 10) + (low - 0xdc00);
            at += 2;
        }
        append_utf8(text, code_point);
    }
    return text;
}

}  // namespace

Result<InputText> InputText::open(const std::string& path) {
    if (path == standard_input) return map(TRY(spool_standard_input()), "Standard input");
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return unreadable(path, std::strerror(errno));
    return map(descriptor, path);
}

Result<InputText> InputText::map(int descriptor, const std::string& name) {
    struct stat status {};
    const bool is_file = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const auto size = static_cast<std::size_t>(is_file ? status.st_size : 0);
    void* bytes = nullptr;
    if (size > 0) bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    close(descriptor);
    if (!is_file) return unreadable(name, "it is no regular file");
    if (bytes == MAP_FAILED) return unreadable(name, std::strerror(errno));
    InputText input(static_cast<const char*>(bytes), size);
    input.device_ = status.st_dev;
    input.inode_ = status.st_ino;
    TRY(input.decode(name));
    return input;
}

Result<void> InputText::decode(const std::string& name) {
    if (bytes().starts_with("\xff\xfe\0\0"sv) || bytes().starts_with("\0\0\xfe\xff"sv))
        return unreadable(name, "it is UTF-32; save it as UTF-8");
    const auto is_little_endian = find_little_endian(bytes());
    if (!is_little_endian) return {};
    auto decoded = decode_utf16(bytes(), *is_little_endian);
    if (!decoded) return unreadable(name, "it is UTF-16 that is broken; save it as UTF-8");
    decoded_ = std::move(*decoded);
    is_decoded_ = true;
    return {};
}

InputText::InputText(InputText&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      device_(other.device_),
      inode_(other.inode_),
      is_decoded_(other.is_decoded_),
      decoded_(std::move(other.decoded_)) {}

InputText::~InputText() {
    if (bytes_) munmap(const_cast<char*>(bytes_), size_);
}

std::string_view InputText::text() const {
    const std::string_view text = is_decoded_ ? std::string_view(decoded_) : bytes();
    return text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text;
}

bool InputText::is_file(const std::string& path) const {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

}  // namespace cli
