#include "cli/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cli {
namespace {

Error unreadable(const std::string& path, const char* why) {
    return {Reason::unavailable, path + " cannot be read: " + why + '.'};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return unreadable(path, std::strerror(errno));
    struct stat status {};
    const bool is_file = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const auto size = static_cast<std::size_t>(is_file ? status.st_size : 0);
    void* bytes = nullptr;
    if (size > 0) bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    close(descriptor);
    if (!is_file) return unreadable(path, "it is no regular file");
    if (bytes == MAP_FAILED) return unreadable(path, std::strerror(errno));
    return MappedFile(static_cast<const char*>(bytes), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
    if (bytes_) munmap(const_cast<char*>(bytes_), size_);
}

}  // namespace cli
