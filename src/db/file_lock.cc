#include "db/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "db/database.h"

namespace db {
namespace {

// Who holds the lock, as it wrote itself down; only for the sentence, so a stale or missing number does no harm.
std::string read_holder(int descriptor) {
    char digits[21];
    const ssize_t length = pread(descriptor, digits, sizeof digits, 0);
    std::string holder(digits, length > 0 ? static_cast<std::size_t>(length) : 0);
    holder.erase(holder.find_last_not_of('\n') + 1);
    const bool is_number = !holder.empty() && holder.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? fmt::format("process {}", holder) : "another process";
}

void write_holder(int descriptor) {
    const std::string holder = fmt::format("{}\n", getpid());
    if (ftruncate(descriptor, 0) != 0) return;
    [[maybe_unused]] const ssize_t written = pwrite(descriptor, holder.data(), holder.size(), 0);
}

}  // namespace

FileLock::FileLock(const std::string& path, const std::string& subject) {
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0)
        throw Unavailable(fmt::format("{} cannot be opened: {}: {}", subject, path, std::strerror(errno)));
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
        write_holder(descriptor_);
        return;
    }
    const int error = errno;
    const std::string holder = read_holder(descriptor_);
    close(descriptor_);
    if (error == EWOULDBLOCK)
        throw Unavailable(
            fmt::format("{} is already open in {}: only one process at a time may use a database", subject, holder));
    throw Unavailable(fmt::format("{} cannot be locked: {}: {}", subject, path, std::strerror(error)));
}

FileLock::~FileLock() { close(descriptor_); }

}  // namespace db
