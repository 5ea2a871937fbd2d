#define _GNU_SOURCE
#include "stint_mount.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

const uint64_t stint_resolve_no_symlinks = RESOLVE_NO_SYMLINKS, stint_resolve_no_magiclinks = RESOLVE_NO_MAGICLINKS;
const uint64_t stint_mount_attr_rdonly = MOUNT_ATTR_RDONLY, stint_mount_attr_nosuid = MOUNT_ATTR_NOSUID,
               stint_mount_attr_nodev = MOUNT_ATTR_NODEV, stint_mount_attr_noexec = MOUNT_ATTR_NOEXEC;

int stint_open_in_root(int root, const char *path, int flags, mode_t mode, uint64_t resolve) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)(unsigned)flags | O_CLOEXEC;
    how.mode = mode;
    how.resolve = RESOLVE_IN_ROOT | resolve;
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

int stint_open_tree_clone(int directory, const char *path, int recursive, int follow) {
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
    if (path[0] == 0) flags |= AT_EMPTY_PATH;
    if (recursive) flags |= AT_RECURSIVE;
    if (!follow) flags |= AT_SYMLINK_NOFOLLOW;
    return (int)syscall(SYS_open_tree, directory, path, flags);
}

int stint_move_mount(int tree, int target) {
    return (int)syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

int stint_mount_setattr(int tree, uint64_t set, int recursive) {
    struct mount_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.attr_set = set;
    return (int)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes,
                        sizeof attributes);
}

int stint_mount_idmap(int tree, int user_namespace, int recursive) {
    struct mount_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.attr_set = MOUNT_ATTR_IDMAP;
    attributes.userns_fd = (uint64_t)(unsigned)user_namespace;
    return (int)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes,
                        sizeof attributes);
}

const uint64_t stint_ms_private = MS_PRIVATE, stint_ms_slave = MS_SLAVE, stint_ms_shared = MS_SHARED;

int stint_mount_propagation(int tree, uint64_t propagation) {
    struct mount_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.propagation = propagation;
    return (int)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes);
}

int stint_pivot_root(const char *new_root, const char *put_old) {
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}
