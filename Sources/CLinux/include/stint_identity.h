// Who a process is and what it may do: capabilities, keyring, filter, and the prctl(2) family (variadic in C).
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// Sets effective and permitted to `mask`, and inheritable to nothing.
int stint_capset(uint64_t mask);
/// Takes every capability that is not in `kept` out of the bounding set.
int stint_limit_bounding(uint64_t kept);
int stint_clear_ambient(void);
/// Makes everything permitted effective.
int stint_raise_permitted(void);
/// Whom files belong to that this thread makes. What the change takes from the effective capabilities stays permitted.
int stint_setfsids(uid_t uid, gid_t gid);
int stint_keep_capabilities(int keep);
int stint_set_dumpable(int dumpable);
int stint_set_no_new_privileges(void);
int stint_set_parent_death_signal(int signal);
/// A new, empty session keyring: the host's and other jobs' keys are out of sight.
int stint_join_new_keyring(void);
/// Loads a filter: `bytes` is an array of struct sock_filter.
int stint_load_filter(const void *bytes, size_t count);

/// These change all three ids of the one calling thread; glibc's would signal other threads, and there are none.
int stint_setresgid(gid_t gid);
int stint_setresuid(uid_t uid);
