// What a thread is for, as the system sees it.

#pragma once

// The calling thread bears this name (15 characters at most) and gives way to those that answer requests: where there
// is work for all, each of them gets many times the time of this one; where there is not, it loses nothing.
void become_background_thread(const char* name);
