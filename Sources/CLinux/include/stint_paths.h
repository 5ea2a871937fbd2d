#ifndef STINT_PATHS_H
#define STINT_PATHS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Calls and constants about paths that Swift's view of glibc lacks. Each returns -1 and sets errno.

enum {
    STINT_O_PATH = 010000000,
    STINT_O_TMPFILE = 020000000 | 0200000,
    // openat2(2), linux/openat2.h
    STINT_RESOLVE_NO_XDEV = 0x01,
    STINT_RESOLVE_NO_MAGICLINKS = 0x02,
    STINT_RESOLVE_NO_SYMLINKS = 0x04,
    STINT_RESOLVE_BENEATH = 0x08,
    STINT_RESOLVE_IN_ROOT = 0x10,
};

int stint_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
int stint_syncfs(int descriptor);
// RENAME_NOREPLACE: fails with EEXIST instead of replacing.
int stint_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to);
ssize_t stint_getdents64(int directory, void *buffer, size_t size);
int stint_fsetxattr(int descriptor, const char *name, const void *value, size_t size);
ssize_t stint_fgetxattr(int descriptor, const char *name, void *value, size_t size);
ssize_t stint_flistxattr(int descriptor, char *names, size_t size);

#endif
