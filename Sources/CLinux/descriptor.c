#define _GNU_SOURCE
#include "stint_descriptor.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

int stint_pipe2(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
int stint_dup3(int source, int number) { return dup3(source, number, O_CLOEXEC); }

int64_t stint_fstatfs_type(int descriptor) {
    struct statfs info;
    // The type is a 32-bit number that some architectures sign-extend.
    return fstatfs(descriptor, &info) < 0 ? -1 : (int64_t)(uint32_t)info.f_type;
}
