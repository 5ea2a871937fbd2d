#define _GNU_SOURCE
#include "stint_wait.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

int stint_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int what, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, what, descriptor, &event);
}

int stint_epoll_add(int epoll, int descriptor, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, EPOLLIN, token);
}

int stint_epoll_change(int epoll, int descriptor, uint64_t token, int also_writing) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, EPOLLIN | (also_writing ? EPOLLOUT : 0), token);
}

int stint_epoll_remove(int epoll, int descriptor) { return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0); }

int stint_epoll_wait(int epoll, struct stint_event *events, int count) {
    enum { most = 16 };
    struct epoll_event raw[most];
    int found = epoll_wait(epoll, raw, count < most ? count : most, -1);
    for (int i = 0; i < found; i++)
        events[i] = (struct stint_event){
            .token = raw[i].data.u64,
            .readable = (raw[i].events & EPOLLIN) != 0,
            .writable = (raw[i].events & EPOLLOUT) != 0,
            .ended = (raw[i].events & (EPOLLHUP | EPOLLERR)) != 0,
        };
    return found;
}

int stint_timerfd_create(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK); }

int stint_timerfd_set(int timer, int64_t at) {
    struct itimerspec time = {.it_value = {.tv_sec = at / 1000000000, .tv_nsec = at % 1000000000}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL);
}

int stint_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int stint_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int stint_memfd_create_sealable(const char *name) { return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }

int stint_memfd_seal(int descriptor) {
    return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}
