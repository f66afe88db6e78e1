#include "db/file_claim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>

#include "db/database.h"

namespace db {
namespace {

// SQLite's bytes lie between 1 and 1.0000005 GiB.
constexpr off_t claimed_byte = off_t{1} << 62;

std::mutex claims_mutex;
std::set<FileIdentity>& claims_of_this_process() {
    static std::set<FileIdentity> claims;
    return claims;
}

std::optional<FileIdentity> identify(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return std::nullopt;
    return FileIdentity{status.st_dev, status.st_ino};
}

struct flock whole_claim() {
    struct flock claim {};
    claim.l_type = F_WRLCK;
    claim.l_whence = SEEK_SET;
    claim.l_start = claimed_byte;
    claim.l_len = 1;
    return claim;
}

[[noreturn]] void refuse_second(const std::string& path, const std::string& holder) {
    throw Unavailable(
        fmt::format("{} is already open in {}: only one process at a time may use a database", path, holder));
}

}  // namespace

FileClaim::FileClaim(const std::string& path) {
    const auto fail = [&] { throw Unavailable(fmt::format("{} cannot be opened: {}", path, std::strerror(errno))); };
    const std::lock_guard lock(claims_mutex);
    const auto found = identify(path);
    if (!found) fail();
    if (claims_of_this_process().contains(*found)) refuse_second(path, fmt::format("process {}", getpid()));
    descriptor_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor_ < 0) fail();
    struct stat status {};
    struct flock claim = whole_claim();
    const bool is_locked = fstat(descriptor_, &status) == 0 && fcntl(descriptor_, F_OFD_SETLK, &claim) == 0;
    if (!is_locked) {
        const int error = errno;
        close(descriptor_);
        if (error == EAGAIN || error == EACCES) refuse_second(path, "another process");
        errno = error;
        fail();
    }
    file_ = {status.st_dev, status.st_ino};
    claims_of_this_process().insert(file_);
}

FileClaim::~FileClaim() {
    const std::lock_guard lock(claims_mutex);
    close(descriptor_);
    claims_of_this_process().erase(file_);
}

std::uint32_t FileClaim::application_id() const {
    constexpr off_t place_in_header = 68;
    std::array<std::uint8_t, 4> bytes{};
    if (pread(descriptor_, bytes.data(), bytes.size(), place_in_header) != static_cast<ssize_t>(bytes.size())) return 0;
    std::uint32_t id = 0;
    for (const std::uint8_t byte : bytes) id = id << 8 | byte;
    return id;
}

bool FileClaim::is_empty() const {
    struct stat status {};
    return fstat(descriptor_, &status) == 0 && status.st_size == 0;
}

std::int64_t FileClaim::size() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) throw Unavailable(std::strerror(errno));
    return status.st_size;
}

std::size_t FileClaim::read(char* into, std::size_t size, std::int64_t offset) const {
    const ssize_t count = pread(descriptor_, into, size, offset);
    if (count < 0) throw Unavailable(std::strerror(errno));
    return static_cast<std::size_t>(count);
}

bool is_claimed(const std::string& path) {
    const std::lock_guard lock(claims_mutex);
    const auto found = identify(path);
    if (!found) return false;
    if (claims_of_this_process().contains(*found)) return true;
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    struct flock claim = whole_claim();
    const bool is_answered = fcntl(descriptor, F_OFD_GETLK, &claim) == 0;
    close(descriptor);
    return is_answered && claim.l_type != F_UNLCK;
}

}  // namespace db
