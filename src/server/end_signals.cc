#include "server/end_signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

EndSignals::EndSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, one);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signals_ = signalfd(-1, &signals, SFD_CLOEXEC);
    if (signals_ < 0) throw std::system_error(errno, std::generic_category(), "signals cannot be waited for");
}

EndSignals::~EndSignals() { close(signals_); }

const char* EndSignals::wait(const std::function<void()>& reload, int descriptor) {
    signalfd_siginfo received{};
    do {
        pollfd readable[] = {{signals_, POLLIN, 0}, {descriptor, POLLIN, 0}};  // a negative one is passed over
        received = {};
        if (poll(readable, 2, -1) < 0) continue;
        if (readable[0].revents == 0) return nullptr;
        if (read(signals_, &received, sizeof received) != sizeof received) continue;
        if (received.ssi_signo == SIGHUP) reload();
    } while (received.ssi_signo != SIGINT && received.ssi_signo != SIGTERM);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &ends, nullptr);
    return received.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM";
}
