#include "db/archive_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "db/database.h"

namespace db::archive {
namespace {

constexpr std::string_view snapshot_prefix = "snapshot-";
constexpr std::string_view info_suffix = ".info";
constexpr std::string_view generation_prefix = "generation-";
constexpr std::string_view commits_suffix = ".commits";

constexpr std::int64_t frame_header_bytes = 24;
constexpr std::size_t page_size_place = 8;

[[noreturn]] void fail_at(const std::string& path) {
    throw Unavailable(fmt::format("{}: {}", path, std::strerror(errno)));
}

std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The numbers of a line, which ends at a newline; none: it is not whole, or something else.
std::optional<std::vector<std::int64_t>> take_numbers(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* const last = at + end;
    while (at != last) {
        std::int64_t number = 0;
        const auto [rest, error] = std::from_chars(at, last, number);
        if (error != std::errc()) return std::nullopt;
        numbers.push_back(number);
        at = rest == last ? rest : rest + 1;
    }
    text.remove_prefix(end + 1);
    return numbers;
}

// The numbers in the names of files that begin and end so, in order.
std::vector<std::int64_t> list_numbers(const std::string& folder, std::string_view prefix, std::string_view suffix) {
    std::vector<std::int64_t> numbers;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
        std::int64_t number = 0;
        const char* const end = name.data() + name.size() - suffix.size();
        const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, number);
        if (error == std::errc() && rest == end) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace

std::int64_t wal_frame_bytes(std::string_view header) {
    std::int64_t page_bytes = 0;
    for (std::size_t i = 0; i < 4; ++i)
        page_bytes = page_bytes << 8 | static_cast<unsigned char>(header[page_size_place + i]);
    return frame_header_bytes + page_bytes;
}

std::string lock_path(const std::string& folder) { return folder + "/lock"; }

std::string snapshot_path(const std::string& folder, std::int64_t taken) {
    return fmt::format("{}/{}{}.db", folder, snapshot_prefix, taken);
}

std::string snapshot_info_path(const std::string& folder, std::int64_t taken) {
    return fmt::format("{}/{}{}{}", folder, snapshot_prefix, taken, info_suffix);
}

std::string generation_path(const std::string& folder, std::int64_t number) {
    return fmt::format("{}/{}{:08}.wal", folder, generation_prefix, number);
}

std::string commits_path(const std::string& folder, std::int64_t number) {
    return fmt::format("{}/{}{:08}{}", folder, generation_prefix, number, commits_suffix);
}

std::vector<Snapshot> list_snapshots(const std::string& folder) {
    std::vector<Snapshot> snapshots;
    for (const std::int64_t taken : list_numbers(folder, snapshot_prefix, info_suffix)) {
        const std::string text = read_text(snapshot_info_path(folder, taken));
        std::string_view rest = text;
        const auto numbers = take_numbers(rest);
        if (!numbers || numbers->size() != 4 || (*numbers)[1] != taken)
            throw Broken(snapshot_info_path(folder, taken) + " is no description of a snapshot");
        snapshots.push_back({(*numbers)[0], taken, (*numbers)[2], (*numbers)[3]});
    }
    return snapshots;
}

std::vector<std::int64_t> list_generations(const std::string& folder) {
    return list_numbers(folder, generation_prefix, commits_suffix);
}

std::optional<Generation> find_generation(const std::string& folder, std::int64_t number) {
    const std::string text = read_text(commits_path(folder, number));
    std::string_view rest = text;
    const auto head = take_numbers(rest);
    if (!head || head->size() != 1) return std::nullopt;
    Generation generation{.epoch = (*head)[0], .commits = {}};
    for (auto line = take_numbers(rest); line && line->size() == 2; line = take_numbers(rest))
        generation.commits.push_back({(*line)[0], (*line)[1]});
    return generation;
}

void remove_remnants(const std::string& folder) {
    std::error_code ignored;
    const auto complete = list_numbers(folder, snapshot_prefix, info_suffix);
    for (const std::int64_t taken : list_numbers(folder, snapshot_prefix, ".db"))
        if (!std::binary_search(complete.begin(), complete.end(), taken))
            std::filesystem::remove(snapshot_path(folder, taken), ignored);
}

std::string render(const Snapshot& snapshot) {
    return fmt::format("{} {} {} {}\n", snapshot.epoch, snapshot.taken, snapshot.generation, snapshot.bytes);
}

std::string render(const Commit& commit) { return fmt::format("{} {}\n", commit.at, commit.bytes); }

std::string render_epoch(std::int64_t epoch) { return fmt::format("{}\n", epoch); }

File::File(const std::string& path, Use use) : path_(path) {
    const int flags = use == Use::read ? O_RDONLY : O_RDWR | O_CREAT | O_TRUNC;
    descriptor_ = open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (descriptor_ < 0) fail();
}

File::File(File&& other) noexcept : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

File::~File() {
    if (descriptor_ >= 0) close(descriptor_);
}

void File::fail() const { fail_at(path_); }

void File::write(std::string_view bytes, std::int64_t offset) {
    while (!bytes.empty()) {
        const ssize_t count = pwrite(descriptor_, bytes.data(), bytes.size(), offset);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail();
        bytes.remove_prefix(static_cast<std::size_t>(count));
        offset += count;
    }
}

std::size_t File::read(char* into, std::size_t size, std::int64_t offset) const {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = pread(descriptor_, into + done, size - done, offset + static_cast<off_t>(done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail();
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

std::int64_t File::size() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) fail();
    return status.st_size;
}

void File::sync() {
    if (fdatasync(descriptor_) != 0) fail();
}

// Each folder is durable once the one that it lies in is.
void make_folder(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return;
    const std::filesystem::path folder = std::filesystem::absolute(path, error);
    const std::string parent = (folder.has_filename() ? folder : folder.parent_path()).parent_path().string();
    if (!parent.empty()) make_folder(parent);
    if (mkdir(path.c_str(), S_IRWXU) == 0) return sync_folder(parent);
    const int reason = errno;
    if (reason == EEXIST && std::filesystem::is_directory(path, error)) return;  // another was faster
    throw Unavailable(fmt::format("{}: {}", path, std::strerror(reason)));
}

void sync_folder(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) fail_at(path);
    const bool is_synced = fsync(descriptor) == 0;
    close(descriptor);
    if (!is_synced) fail_at(path);
}

void write_whole_file(const std::string& path, std::string_view bytes) {
    const std::string part = path + ".part";
    {
        File file(part, File::Use::make);
        file.write(bytes, 0);
        file.sync();
    }
    if (rename(part.c_str(), path.c_str()) != 0) fail_at(path);
    sync_folder(std::filesystem::path(path).parent_path().string());
}

}  // namespace db::archive
