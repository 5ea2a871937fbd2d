// Mounts by descriptor, and opening inside a root: kernel calls glibc lacks or Swift cannot import.
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// openat2 with RESOLVE_IN_ROOT: `path` is resolved as if `root` were "/". `resolve` adds to that; see below.
int stint_open_in_root(int root, const char *path, int flags, mode_t mode, uint64_t resolve);
/// A path with a link in it is ELOOP.
extern const uint64_t stint_resolve_no_symlinks;
/// A path through /proc/PID/fd and the like is ELOOP.
extern const uint64_t stint_resolve_no_magiclinks;

/// A detached copy of what is mounted at a path (`path` may be "" for the descriptor itself).
int stint_open_tree_clone(int directory, const char *path, int recursive, int follow);
/// Puts a detached mount on the place `target` names (an O_PATH descriptor).
int stint_move_mount(int tree, int target);
/// Sets MOUNT_ATTR_… bits on a mount and, if asked, on everything below it.
int stint_mount_setattr(int tree, uint64_t set, int recursive);
/// Shows files of a detached mount (with `recursive`, of all below it too) with the ids that a user namespace gives them.
int stint_mount_idmap(int tree, int user_namespace, int recursive);
/// Sets how later mounts travel to and from a mount, and everything below it: one of the three below.
int stint_mount_propagation(int tree, uint64_t propagation);
extern const uint64_t stint_ms_private, stint_ms_slave, stint_ms_shared;

int stint_pivot_root(const char *new_root, const char *put_old);

extern const uint64_t stint_mount_attr_rdonly, stint_mount_attr_nosuid, stint_mount_attr_nodev,
    stint_mount_attr_noexec;
