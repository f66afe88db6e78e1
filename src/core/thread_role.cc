#include "core/thread_role.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

void become_background_thread(const char* name) {
    constexpr int nicer_by = 15;
    pthread_setname_np(pthread_self(), name);
    // On Linux a thread has a nice value of its own. It may always be raised.
    const auto thread = static_cast<id_t>(gettid());
    setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + nicer_by);
}
