// Processes: born with a pidfd, in their cgroup, and started from a sealed copy of a program.
#pragma once
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/// What stint_spawn needs. Everything is prepared by the caller, so that nothing is allocated after the clone.
struct stint_spawn_request {
    /// The program, held open; `execveat(AT_EMPTY_PATH)` runs it.
    int program;
    /// NULL-terminated, as execve wants them.
    const char *const *arguments;
    const char *const *environment;
    /// descriptors[i] becomes descriptor i of the new program. All others are closed to it.
    const int *descriptors;
    int descriptor_count;
};

/// Starts a program in a session of its own, with default signal handling and only the descriptors asked for.
/// Returns a pidfd (close-on-exec), or -errno; `*pid` is set on success. Async-signal-safe between clone and exec.
int stint_spawn(const struct stint_spawn_request *request, pid_t *pid);

/// clone3 in the manner of fork: `flags` are CLONE_NEW…; `cgroup` is a cgroup v2 directory to be born in, or -1.
/// Returns 0 in the child, the pid in the parent with `*pidfd` set, or -1 and errno. Only for a single-threaded
/// caller, because the child goes on with a copy of everything.
pid_t stint_clone3(uint64_t flags, int cgroup, int *pidfd);

int stint_unshare(uint64_t flags);
/// Enters a namespace of the process or the namespace that a descriptor names; of a PID namespace, children only.
int stint_setns(int descriptor, uint64_t flags);
/// Waits for every child there is and will be. Does not return.
_Noreturn void stint_reap_for_ever(void);
int stint_pidfd_open(pid_t pid);
int stint_pidfd_send_signal(int pidfd, int signal);

/// Waits for the child a pidfd names, without blocking. Returns 1 when it was reaped, 0 when it still runs, -1 and
/// errno otherwise. `*code` is a CLD_… value and `*status` an exit code or a signal, as waitid(2) says.
int stint_waitid_pidfd(int pidfd, int *code, int *status, struct rusage *usage);

/// Closes (or marks close-on-exec) every descriptor from `first` on.
int stint_close_range(unsigned int first, int only_mark);

/// The flag bits of clone(2) that Swift cannot import.
extern const uint64_t stint_new_mounts, stint_new_pids, stint_new_network, stint_new_ipc, stint_new_uts,
    stint_new_cgroups, stint_new_users;
