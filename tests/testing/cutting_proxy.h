// Stands between a PostgreSQL client and its server, on sockets of Unix's, and cuts or holds what goes through when
// told to. Its thread ends with it.

#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "tests/testing/temporary_folder.h"

namespace test {

class CuttingProxy {
public:
    enum class Verdict {
        pass,
        drop,  // nothing of it goes on, and both ends are closed
        hold,  // nothing goes on in this connection any more, and nobody is told
    };
    struct Piece {
        bool is_from_server;
        std::string_view bytes;
        int number;  // of all pieces, from 1
    };
    // Asked for each piece that arrives, on the proxy's thread.
    using Judge = std::function<Verdict(const Piece&)>;

    CuttingProxy(std::string server_socket, Judge judge);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    std::string url(const std::string& database) const;
    int pieces() const { return pieces_; }

private:
    void loop();

    TemporaryFolder folder_;
    const std::string server_socket_;
    const Judge judge_;
    int listener_ = -1;
    std::atomic<bool> is_stopping_ = false;
    std::atomic<int> pieces_ = 0;
    std::thread thread_;
};

// What a server says of a COMMIT that has worked.
bool tells_of_commit(std::string_view bytes);

}  // namespace test
