#define _GNU_SOURCE
#include "stint_identity.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(sizeof(struct sock_filter) == 8, "a filter instruction is eight bytes");

int stint_capset(uint64_t mask) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    for (int half = 0; half < 2; half++) {
        data[half].effective = (uint32_t)(mask >> (32 * half));
        data[half].permitted = data[half].effective;
    }
    return (int)syscall(SYS_capset, &header, data);
}

int stint_raise_permitted(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0) return -1;
    for (int half = 0; half < 2; half++) data[half].effective = data[half].permitted;
    return (int)syscall(SYS_capset, &header, data);
}

int stint_setfsids(uid_t uid, gid_t gid) {
    syscall(SYS_setfsgid, gid);
    syscall(SYS_setfsuid, uid);
    // They report no error. What no id can be changes nothing, and says what is.
    if ((gid_t)syscall(SYS_setfsgid, -1) == gid && (uid_t)syscall(SYS_setfsuid, -1) == uid) return 0;
    errno = EPERM;
    return -1;
}

int stint_limit_bounding(uint64_t kept) {
    for (int capability = 0; capability < 64; capability++) {
        if (kept & (1ULL << capability)) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) {
            // The first number the kernel does not know ends the list.
            if (errno == EINVAL) return 0;
            return -1;
        }
    }
    return 0;
}

int stint_clear_ambient(void) { return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); }
int stint_keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0); }
int stint_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }
int stint_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
int stint_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
int stint_join_new_keyring(void) { return (int)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0); }

int stint_load_filter(const void *bytes, size_t count) {
    if (count % sizeof(struct sock_filter) != 0 || count / sizeof(struct sock_filter) > 0xffff) {
        errno = EINVAL;
        return -1;
    }
    struct sock_fprog program = {
        .len = (unsigned short)(count / sizeof(struct sock_filter)),
        .filter = (struct sock_filter *)(uintptr_t)bytes,
    };
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

int stint_setresgid(gid_t gid) { return (int)syscall(SYS_setresgid, gid, gid, gid); }
int stint_setresuid(uid_t uid) { return (int)syscall(SYS_setresuid, uid, uid, uid); }
