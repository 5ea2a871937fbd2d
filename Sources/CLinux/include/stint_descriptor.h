// Descriptor calls of <unistd.h> and <sys/vfs.h> that Swift's import of glibc leaves out.
#pragma once
#include <stdint.h>

/// pipe2 with O_CLOEXEC; both ends block.
int stint_pipe2(int ends[2]);
/// dup3 with O_CLOEXEC.
int stint_dup3(int source, int number);
/// The f_type of fstatfs, or -1 and errno.
int64_t stint_fstatfs_type(int descriptor);
