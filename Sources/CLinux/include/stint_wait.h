// epoll, timerfd, eventfd, memfd and accept4, which Swift's import of glibc leaves out. All close-on-exec.
#pragma once
#include <stdint.h>
#include <sys/types.h>

struct stint_event {
    uint64_t token;
    /// Nonzero is yes.
    int32_t readable, writable, ended;
};

int stint_epoll_create(void);
int stint_epoll_add(int epoll, int descriptor, uint64_t token);
int stint_epoll_change(int epoll, int descriptor, uint64_t token, int also_writing);
int stint_epoll_remove(int epoll, int descriptor);
/// At most 16 events. Waits for ever.
int stint_epoll_wait(int epoll, struct stint_event *events, int count);

/// On CLOCK_BOOTTIME, not blocking.
int stint_timerfd_create(void);
/// Absolute nanoseconds of CLOCK_BOOTTIME; 0 stops it.
int stint_timerfd_set(int timer, int64_t at);

/// Not blocking.
int stint_eventfd(void);

/// Not blocking.
int stint_accept(int listener);

int stint_memfd_create_sealable(const char *name);
/// No writing, growing, shrinking or taking away of seals from here on.
int stint_memfd_seal(int descriptor);
