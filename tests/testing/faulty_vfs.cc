#include "tests/testing/faulty_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>

namespace test {
namespace {

constexpr std::int64_t sector_bytes = 512;

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

// SQLite allocates szOsFile bytes for it: ours, then the base's.
struct FaultyVfs::File {
    sqlite3_file head;
    FaultyVfs* vfs;
    const char* path;  // SQLite keeps it until the file is closed

    sqlite3_file* base() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

// The C side: what SQLite calls.
struct FaultyVfs::Methods {
    static FaultyVfs& self(sqlite3_vfs* vfs) { return *static_cast<FaultyVfs*>(vfs->pAppData); }
    static File& self(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

    static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* opened, int flags, int* flags_out) {
        FaultyVfs& own = self(vfs);
        File& file = self(opened);
        file.head.pMethods = nullptr;
        if (const int error = own.begin_step(Operation::open, path, 0)) return error;
        if (path != nullptr) {
            const std::lock_guard lock(own.mutex_);
            Disk* disk = own.disk_of(path);
            if (disk && disk->is_removed) *disk = Disk{};  // a new file of that name
        }
        const int code = own.base_->xOpen(own.base_, path, file.base(), flags, flags_out);
        if (code != SQLITE_OK) return code;
        file.vfs = &own;
        file.path = path;
        file.head.pMethods = methods();
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
        FaultyVfs& own = self(vfs);
        if (const int error = own.begin_step(Operation::remove, path, 0)) return error;
        std::error_code ignored;
        const auto size = std::filesystem::file_size(path, ignored);
        const int code = own.base_->xDelete(own.base_, path, sync_folder);
        if (code != SQLITE_OK) return code;
        const std::lock_guard lock(own.mutex_);
        if (own.space_ && !ignored) *own.space_ += static_cast<std::int64_t>(size);
        if (Disk* disk = own.disk_of(path)) {
            if (sync_folder)
                *disk = Disk{};
            else
                disk->is_removed = true;
        }
        return SQLITE_OK;
    }

    static int access(sqlite3_vfs* vfs, const char* path, int flags, int* result) {
        FaultyVfs& own = self(vfs);
        if (const int error = own.begin_step(Operation::access, path, 0)) return error;
        return own.base_->xAccess(own.base_, path, flags, result);
    }

    static int close(sqlite3_file* opened) {
        File& file = self(opened);
        return file.base()->pMethods->xClose(file.base());
    }

    static int read(sqlite3_file* opened, void* bytes, int length, sqlite3_int64 offset) {
        File& file = self(opened);
        if (const int error = file.vfs->begin_step(Operation::read, file.path, length)) return error;
        return file.base()->pMethods->xRead(file.base(), bytes, length, offset);
    }

    static int write(sqlite3_file* opened, const void* bytes, int length, sqlite3_int64 offset) {
        File& file = self(opened);
        FaultyVfs& own = *file.vfs;
        int error = own.begin_step(Operation::write, file.path, length);
        if (!own.has_power()) return error;
        if (error == SQLITE_OK && !own.take_space(std::max<std::int64_t>(offset + length - size_now(file), 0))) {
            errno = ENOSPC;
            error = SQLITE_FULL;
        }
        const int written = error == SQLITE_OK ? length : length / 2;
        const int code = file.base()->pMethods->xWrite(file.base(), bytes, written, offset);
        if (code == SQLITE_OK)
            own.remember(file.path, {offset, {static_cast<const char*>(bytes), std::size_t(written)}, false});
        return error != SQLITE_OK ? error : code;
    }

    static int truncate(sqlite3_file* opened, sqlite3_int64 size) {
        File& file = self(opened);
        FaultyVfs& own = *file.vfs;
        if (const int error = own.begin_step(Operation::truncate, file.path, 0)) return error;
        const std::int64_t before = size_now(file);
        const int code = file.base()->pMethods->xTruncate(file.base(), size);
        if (code != SQLITE_OK) return code;
        own.take_space(size - before);
        own.remember(file.path, {size, {}, true});
        return SQLITE_OK;
    }

    static int sync(sqlite3_file* opened, int flags) {
        File& file = self(opened);
        FaultyVfs& own = *file.vfs;
        if (const int error = own.begin_step(Operation::sync, file.path, 0)) return error;
        const std::size_t changes = own.count_changes(file.path);
        const int code = own.options_.syncs_for_real ? file.base()->pMethods->xSync(file.base(), flags) : SQLITE_OK;
        if (code == SQLITE_OK) own.remember_sync(file.path, changes);
        return code;
    }

    static int size(sqlite3_file* opened, sqlite3_int64* size) {
        File& file = self(opened);
        if (const int error = file.vfs->begin_step(Operation::size, file.path, 0)) return error;
        return file.base()->pMethods->xFileSize(file.base(), size);
    }

    static int lock(sqlite3_file* opened, int level) {
        File& file = self(opened);
        if (const int error = file.vfs->begin_step(Operation::lock, file.path, 0)) return error;
        return file.base()->pMethods->xLock(file.base(), level);
    }

    static int map_memory(sqlite3_file* opened, int region, int bytes, int extend, void volatile** mapped) {
        File& file = self(opened);
        *mapped = nullptr;
        if (const int error = file.vfs->begin_step(Operation::map_memory, file.path, bytes)) return error;
        return file.base()->pMethods->xShmMap(file.base(), region, bytes, extend, mapped);
    }

    static int lock_memory(sqlite3_file* opened, int offset, int count, int flags) {
        File& file = self(opened);
        if (flags & SQLITE_SHM_LOCK)
            if (const int error = file.vfs->begin_step(Operation::lock, file.path, 0)) return error;
        return file.base()->pMethods->xShmLock(file.base(), offset, count, flags);
    }

    // What follows cannot fail on a disk, or is of no interest.
    static int unlock(sqlite3_file* f, int level) { return self(f).base()->pMethods->xUnlock(self(f).base(), level); }
    static int check_reserved_lock(sqlite3_file* f, int* out) {
        return self(f).base()->pMethods->xCheckReservedLock(self(f).base(), out);
    }
    static int file_control(sqlite3_file* f, int what, void* in_out) {
        return self(f).base()->pMethods->xFileControl(self(f).base(), what, in_out);
    }
    static int sector_size(sqlite3_file* f) { return self(f).base()->pMethods->xSectorSize(self(f).base()); }
    static int characteristics(sqlite3_file* f) {
        return self(f).base()->pMethods->xDeviceCharacteristics(self(f).base());
    }
    static void barrier(sqlite3_file* f) {
        self(f).base()->pMethods->xShmBarrier(self(f).base());
        if (self(f).vfs->at_barriers_) self(f).vfs->at_barriers_();
    }
    static int unmap_memory(sqlite3_file* f, int remove) {
        return self(f).base()->pMethods->xShmUnmap(self(f).base(), remove);
    }
    // Nothing is mapped into memory: steps that read then would not show.
    static int fetch(sqlite3_file*, sqlite3_int64, int, void** bytes) {
        *bytes = nullptr;
        return SQLITE_OK;
    }
    static int unfetch(sqlite3_file*, sqlite3_int64, void*) { return SQLITE_OK; }
    static int full_pathname(sqlite3_vfs* vfs, const char* path, int length, char* out) {
        return self(vfs).base_->xFullPathname(self(vfs).base_, path, length, out);
    }
    static int randomness(sqlite3_vfs* vfs, int length, char* out) {
        return self(vfs).base_->xRandomness(self(vfs).base_, length, out);
    }
    // Nobody who waits for a lock in vain shall make a test wait for long. But SQLite tries a bounded number of times,
    // and then fails: on a busy machine, whoever holds the lock is not there again after so many yields.
    static int sleep(sqlite3_vfs* vfs, int microseconds) {
        constexpr int longest = 2'000;
        if (self(vfs).options_.syncs_for_real) return self(vfs).base_->xSleep(self(vfs).base_, microseconds);
        std::this_thread::sleep_for(std::chrono::microseconds(std::min(microseconds, longest)));
        return microseconds;
    }
    static int current_time(sqlite3_vfs* vfs, double* out) {
        return self(vfs).base_->xCurrentTime(self(vfs).base_, out);
    }
    static int last_error(sqlite3_vfs*, int, char*) { return errno; }
    static int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
        return self(vfs).base_->xCurrentTimeInt64(self(vfs).base_, out);
    }

    static std::int64_t size_now(File& file) {
        sqlite3_int64 size = 0;
        file.base()->pMethods->xFileSize(file.base(), &size);
        return size;
    }

    static const sqlite3_io_methods* methods() {
        static const sqlite3_io_methods all = {
            3,
            close,
            read,
            write,
            truncate,
            sync,
            size,
            lock,
            unlock,
            check_reserved_lock,
            file_control,
            sector_size,
            characteristics,
            map_memory,
            lock_memory,
            barrier,
            unmap_memory,
            fetch,
            unfetch,
        };
        return &all;
    }
};

FaultyVfs::FaultyVfs(std::string name, Options options)
    : name_(std::move(name)),
      options_(options),
      base_(sqlite3_vfs_find(nullptr)),
      vfs_(std::make_unique<sqlite3_vfs>()) {
    vfs_->iVersion = 2;
    vfs_->szOsFile = static_cast<int>(sizeof(File)) + base_->szOsFile;
    vfs_->mxPathname = base_->mxPathname;
    vfs_->zName = name_.c_str();
    vfs_->pAppData = this;
    vfs_->xOpen = Methods::open;
    vfs_->xDelete = Methods::remove;
    vfs_->xAccess = Methods::access;
    vfs_->xFullPathname = Methods::full_pathname;
    vfs_->xRandomness = Methods::randomness;
    vfs_->xSleep = Methods::sleep;
    vfs_->xCurrentTime = Methods::current_time;
    vfs_->xGetLastError = Methods::last_error;
    vfs_->xCurrentTimeInt64 = Methods::current_time_ms;
    if (sqlite3_vfs_register(vfs_.get(), 0) != SQLITE_OK) throw std::runtime_error("the VFS cannot be registered");
}

FaultyVfs::~FaultyVfs() { sqlite3_vfs_unregister(vfs_.get()); }

std::uint64_t FaultyVfs::steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
}

std::uint64_t FaultyVfs::count(Operation operation, std::string_view path_ends_with) const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [key, count] : counts_)
        if (key.first == operation && key.second.ends_with(path_ends_with)) sum += count;
    return sum;
}

std::uint64_t FaultyVfs::bytes_written(std::string_view path_ends_with) const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [path, bytes] : bytes_written_)
        if (path.ends_with(path_ends_with)) sum += bytes;
    return sum;
}

void FaultyVfs::judge_by(Judge judge) {
    const std::lock_guard lock(mutex_);
    judge_ = std::move(judge);
}

void FaultyVfs::fail_step(std::uint64_t number, std::uint64_t how_many) {
    const std::uint64_t first = steps() + number;
    judge_by([first, how_many](const Step& step) {
        return step.number >= first && step.number - first < how_many ? error_of(step.operation) : SQLITE_OK;
    });
}

void FaultyVfs::fail_all_from(std::uint64_t number) { fail_step(number, UINT64_MAX); }

void FaultyVfs::limit_space(std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    space_ = bytes;
}

void FaultyVfs::heal() {
    const std::lock_guard lock(mutex_);
    judge_ = nullptr;
    space_.reset();
}

int FaultyVfs::error_of(Operation operation) {
    switch (operation) {
    case Operation::open: return SQLITE_CANTOPEN;
    case Operation::remove: return SQLITE_IOERR_DELETE;
    case Operation::access: return SQLITE_IOERR_ACCESS;
    case Operation::read: return SQLITE_IOERR_READ;
    case Operation::write: return SQLITE_IOERR_WRITE;
    case Operation::truncate: return SQLITE_IOERR_TRUNCATE;
    case Operation::sync: return SQLITE_IOERR_FSYNC;
    case Operation::size: return SQLITE_IOERR_FSTAT;
    case Operation::lock: return SQLITE_IOERR_LOCK;
    case Operation::map_memory: return SQLITE_IOERR_SHMMAP;
    }
    return SQLITE_IOERR;
}

void FaultyVfs::remember_synced() {
    const std::lock_guard lock(mutex_);
    remembers_ = true;
}

void FaultyVfs::cut_power_at(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    cut_at_ = steps_ + number;
}

void FaultyVfs::cut_power() {
    const std::lock_guard lock(mutex_);
    has_power_ = false;
}

bool FaultyVfs::has_power() const {
    const std::lock_guard lock(mutex_);
    return has_power_;
}

void FaultyVfs::restore_power(std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    std::mt19937_64 random(seed);
    const auto survives = [&] { return seed != 0 && random() % 2 == 0; };
    for (auto& [path, disk] : disks_) {
        std::string content = disk.synced;
        bool exists = disk.exists;
        for (const Change& change : disk.changes) {
            if (change.truncates) {
                if (survives()) apply(content, change);
                continue;
            }
            const auto length = static_cast<std::int64_t>(change.bytes.size());
            for (std::int64_t from = 0; from < length;) {
                const std::int64_t sector_end = ((change.offset + from) / sector_bytes + 1) * sector_bytes;
                const std::int64_t until = std::min(length, sector_end - change.offset);
                if (survives()) {
                    exists = true;
                    apply(content, {change.offset + from,
                                    change.bytes.substr(std::size_t(from), std::size_t(until - from)), false});
                }
                from = until;
            }
        }
        if (disk.is_removed && survives()) exists = false;
        std::filesystem::remove(path);
        if (exists) std::ofstream(path, std::ios::binary) << content;
    }
    disks_.clear();
    has_power_ = true;
    cut_at_ = 0;
}

// Counts the step, and says whether it fails.
int FaultyVfs::begin_step(Operation operation, const char* path, std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    const std::string name = path ? path : "";
    ++steps_;
    ++counts_[{operation, name}];
    if (operation == Operation::write) bytes_written_[name] += static_cast<std::uint64_t>(bytes);
    if (steps_ == cut_at_) has_power_ = false;
    int code = SQLITE_OK;
    if (!has_power_)
        code = error_of(operation);
    else if (judge_)
        code = judge_({steps_, operation, name, bytes});
    if (code != SQLITE_OK) errno = code == SQLITE_FULL ? ENOSPC : EIO;
    return code;
}

bool FaultyVfs::take_space(std::int64_t growth) {
    const std::lock_guard lock(mutex_);
    if (!space_) return true;
    if (growth > std::max<std::int64_t>(*space_, 0)) return false;
    *space_ -= growth;
    return true;
}

// Null unless the medium is remembered. The first mention takes the file as it is for synced.
FaultyVfs::Disk* FaultyVfs::disk_of(const char* path) {
    if (!remembers_ || path == nullptr) return nullptr;
    const auto [found, is_new] = disks_.try_emplace(path);
    if (is_new && std::filesystem::exists(path)) found->second = {true, read_file(path), {}, false};
    return &found->second;
}

void FaultyVfs::remember(const char* path, Change change) {
    const std::lock_guard lock(mutex_);
    if (Disk* disk = disk_of(path)) disk->changes.push_back(std::move(change));
}

std::size_t FaultyVfs::count_changes(const char* path) {
    const std::lock_guard lock(mutex_);
    const Disk* disk = disk_of(path);
    return disk ? disk->changes.size() : 0;
}

// The first so many changes: another thread may have written since the sync began.
void FaultyVfs::remember_sync(const char* path, std::size_t changes) {
    const std::lock_guard lock(mutex_);
    Disk* disk = disk_of(path);
    if (disk == nullptr) return;
    changes = std::min(changes, disk->changes.size());
    for (std::size_t i = 0; i < changes; ++i) apply(disk->synced, disk->changes[i]);
    disk->changes.erase(disk->changes.begin(), disk->changes.begin() + static_cast<std::ptrdiff_t>(changes));
    disk->exists = true;
}

void FaultyVfs::apply(std::string& content, const Change& change) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.truncates) {
        content.resize(offset);
        return;
    }
    if (content.size() < offset + change.bytes.size()) content.resize(offset + change.bytes.size());
    content.replace(offset, change.bytes.size(), change.bytes);
}

}  // namespace test
