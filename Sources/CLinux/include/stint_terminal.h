// Pseudoterminals, and descriptors that travel over a socket.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Lets the inner end of a pty be opened.
int stint_terminal_unlock(int outer);
/// The inner end, by the outer one and by no path (TIOCGPTPEER). Close-on-exec, and controls nobody yet.
int stint_terminal_peer(int outer);
/// Makes it the controlling terminal of this session, whose leader the caller is.
int stint_terminal_control(int inner);
/// The kernel tells the foreground processes (SIGWINCH).
int stint_terminal_resize(int outer, unsigned short columns, unsigned short rows);

/// Sends bytes, and a descriptor along with the first of them.
ssize_t stint_send_descriptor(int socket, const void *bytes, size_t count, int descriptor);
/// As recv; `*descriptor` is one that came along, close-on-exec, or -1. Does not block.
ssize_t stint_receive_descriptor(int socket, void *bytes, size_t count, int *descriptor);
