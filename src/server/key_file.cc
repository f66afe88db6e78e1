#include "server/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace {

constexpr std::string_view credential_name = "partnerd.key";

Error refuse(Reason reason, const std::string& path, std::string_view why) {
    return {reason, fmt::format("{}: {}", path, why)};
}

Error refuse_to_write(const std::string& path) { return refuse(Reason::unavailable, path, std::strerror(errno)); }

std::string credentials_directory() {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory ? directory : "";
}

// systemd's credentials are nobody else's, whatever their mode says.
bool is_credential(const std::string& path) {
    const std::string directory = credentials_directory();
    return !directory.empty() && path.starts_with(directory + '/');
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    const int number_;
};

Result<void> write_durably(const std::string& path, const StampKeys& keys) {
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open() && errno == EEXIST)
        return refuse(Reason::conflict, path, "there is a file of that name already");
    if (!file.is_open()) return refuse_to_write(path);
    const std::string text = format_stamp_keys(keys);
    const bool is_written = write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (is_written && fsync(file.number()) == 0) return {};
    const Error error = refuse_to_write(path);
    unlink(path.c_str());
    return error;
}

void sync_folder_of(const std::string& path) {
    const auto folder = std::filesystem::absolute(path).parent_path();
    const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.is_open()) fsync(descriptor.number());
}

}  // namespace

Result<StampKeys> read_key_file(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return refuse(Reason::not_found, path, std::strerror(errno));
    struct stat status {};
    if (fstat(file.number(), &status) != 0) return refuse(Reason::not_found, path, std::strerror(errno));
    if ((status.st_mode & 077) != 0 && !is_credential(path))
        return refuse(Reason::conflict, path, "others may read this file of keys (chmod 600)");
    std::array<char, 1'024> text{};
    const ssize_t size = read(file.number(), text.data(), text.size());
    const auto keys = size < 0 ? std::nullopt : parse_stamp_keys({text.data(), static_cast<std::size_t>(size)});
    if (!keys) return refuse(Reason::invalid, path, "this is no file of keys of partnerd's");
    return *keys;
}

Result<void> create_key_file(const std::string& path, const StampKeys& keys) {
    TRY(write_durably(path, keys));
    sync_folder_of(path);
    return {};
}

Result<void> replace_key_file(const std::string& path, const StampKeys& keys) {
    const std::string next = path + ".next";
    unlink(next.c_str());  // of somebody who was killed here
    TRY(write_durably(next, keys));
    if (rename(next.c_str(), path.c_str()) != 0) return refuse_to_write(path);
    sync_folder_of(path);
    return {};
}

std::string choose_key_file(const std::string& named) {
    if (!named.empty()) return named;
    const std::string directory = credentials_directory();
    if (directory.empty()) return "";
    const std::string path = directory + '/' + std::string(credential_name);
    return std::filesystem::exists(path) ? path : "";
}
