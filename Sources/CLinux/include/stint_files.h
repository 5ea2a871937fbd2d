#ifndef STINT_FILES_H
#define STINT_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Calls whose headers Swift's Glibc module leaves out. They set errno as the calls they are named after.

struct stint_file_system {
    uint64_t magic;
    uint64_t total_bytes;
    uint64_t available_bytes;
    uint64_t available_inodes;
};

int stint_statfs(const char *path, struct stint_file_system *result);
ssize_t stint_getxattr(const char *path, const char *name, void *value, size_t size);
int stint_memfd_create(const char *name, unsigned int flags);

#endif
