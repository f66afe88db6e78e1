// The signals that end a server (SIGINT, SIGTERM) or have it read its settings again (SIGHUP): taken by the main thread
// alone. Made by serve.cc before any other thread begins, since they are blocked for all that begin later.

#pragma once

#include <functional>

class EndSignals {
public:
    EndSignals();
    ~EndSignals();
    EndSignals(const EndSignals&) = delete;

    // Waits until the server is to end, and says by which signal; calls `reload` for each SIGHUP on the way. A second
    // one ends the program at once. Null: before that the descriptor, if one is given, could be read from.
    const char* wait(const std::function<void()>& reload, int descriptor = -1);

private:
    int signals_;
};
