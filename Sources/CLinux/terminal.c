#define _GNU_SOURCE
#include "stint_terminal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int stint_terminal_unlock(int outer) {
    int locked = 0;
    return ioctl(outer, TIOCSPTLCK, &locked);
}

int stint_terminal_peer(int outer) { return ioctl(outer, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC); }

int stint_terminal_control(int inner) { return ioctl(inner, TIOCSCTTY, 0); }

int stint_terminal_resize(int outer, unsigned short columns, unsigned short rows) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(outer, TIOCSWINSZ, &size);
}

// Room for a few more than one, so that none is lost unseen: what is not wanted is closed.
union descriptor_control {
    char bytes[CMSG_SPACE(4 * sizeof(int))];
    struct cmsghdr align;
};

ssize_t stint_send_descriptor(int socket, const void *bytes, size_t count, int descriptor) {
    union descriptor_control control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t stint_receive_descriptor(int socket, void *bytes, size_t count, int *descriptor) {
    union descriptor_control control;
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *descriptor = -1;
    ssize_t result = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (result < 0) return result;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t found = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < found; i++) {
            int number;
            memcpy(&number, CMSG_DATA(header) + i * sizeof number, sizeof number);
            if (*descriptor < 0) *descriptor = number;
            else close(number);
        }
    }
    return result;
}
