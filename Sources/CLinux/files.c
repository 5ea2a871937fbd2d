#define _GNU_SOURCE
#include "stint_files.h"

#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

int stint_statfs(const char *path, struct stint_file_system *result) {
    struct statfs info;
    if (statfs(path, &info) == -1) return -1;
    uint64_t block = info.f_frsize > 0 ? info.f_frsize : info.f_bsize;
    // The kernel's field is signed on some architectures; file system numbers are 32 bits.
    result->magic = (uint32_t)info.f_type;
    result->total_bytes = info.f_blocks * block;
    result->available_bytes = info.f_bavail * block;
    result->available_inodes = info.f_ffree;
    return 0;
}

ssize_t stint_getxattr(const char *path, const char *name, void *value, size_t size) {
    return getxattr(path, name, value, size);
}

int stint_memfd_create(const char *name, unsigned int flags) { return memfd_create(name, flags); }
