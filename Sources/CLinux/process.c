#define _GNU_SOURCE
#include "stint_process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const uint64_t stint_new_mounts = CLONE_NEWNS, stint_new_pids = CLONE_NEWPID, stint_new_network = CLONE_NEWNET,
               stint_new_ipc = CLONE_NEWIPC, stint_new_uts = CLONE_NEWUTS, stint_new_cgroups = CLONE_NEWCGROUP, stint_new_users = CLONE_NEWUSER;

enum { highest_passed = 16 };

struct spawn_child {
    const struct stint_spawn_request *request;
    int error;
};

/// The child's side of stint_spawn. It shares the parent's memory while the parent waits, so it calls nothing that is
/// not async-signal-safe, and leaves only `error` behind.
static int spawn_child_main(void *argument) {
    struct spawn_child *child = argument;
    const struct stint_spawn_request *request = child->request;
    int moved[highest_passed];

    // A handler of the parent must not run here, and an ignored signal would stay ignored for every job.
    // By number and not with sigaction(2) of glibc, which leaves out 32 and 33, its own; to a job they are like any other.
    // All zero is the default action in the kernel's structure; KILL and STOP say EINVAL.
    static const unsigned long standard[4];
    for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, standard, NULL, 8);

    // A terminal's ^C is for the daemon, not for the pods it started.
    if (setsid() < 0) goto failed;

    // First above every number that will be written to, then down to its place, which also clears close-on-exec.
    int program = fcntl(request->program, F_DUPFD_CLOEXEC, highest_passed);
    if (program < 0) goto failed;
    for (int i = 0; i < request->descriptor_count; i++) {
        moved[i] = fcntl(request->descriptors[i], F_DUPFD_CLOEXEC, highest_passed);
        if (moved[i] < 0) goto failed;
    }
    for (int i = 0; i < request->descriptor_count; i++)
        if (dup2(moved[i], i) < 0) goto failed;
    if (syscall(SYS_close_range, request->descriptor_count, ~0U, CLOSE_RANGE_CLOEXEC) < 0) goto failed;

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    syscall(SYS_execveat, program, "", request->arguments, request->environment, AT_EMPTY_PATH);
failed:
    child->error = errno;
    _exit(127);
}

// clone(2) of glibc and not a bare clone3: sharing memory (the daemon is large, and copying its page tables would cost
// more than the rest of the start) needs another stack, and glibc's wrapper is the one that switches it safely.
int stint_spawn(const struct stint_spawn_request *request, pid_t *pid) {
    if (request->descriptor_count > highest_passed) return -EINVAL;
    char stack[16384] __attribute__((aligned(16)));
    struct spawn_child child = {.request = request, .error = 0};
    int pidfd = -1;
    sigset_t all, before;
    sigfillset(&all);
    // pthread_sigmask and sigprocmask are one call on Linux; the mask is this thread's.
    if (sigprocmask(SIG_SETMASK, &all, &before) < 0) return -errno;
    pid_t result = clone(spawn_child_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child,
                         &pidfd);
    int error = result < 0 ? errno : child.error;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (result < 0) return -error;
    if (error != 0) {
        close(pidfd);
        while (waitpid(result, NULL, 0) < 0 && errno == EINTR) {}
        return -error;
    }
    *pid = result;
    return pidfd;
}

pid_t stint_clone3(uint64_t flags, int cgroup, int *pidfd) {
    struct clone_args arguments = {
        .flags = flags | CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
    };
    if (cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)cgroup;
    }
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

int stint_unshare(uint64_t flags) { return unshare((int)flags); }

int stint_setns(int descriptor, uint64_t flags) { return setns(descriptor, (int)flags); }

void stint_reap_for_ever(void) {
    // A child of whoever ignores the end of children leaves no trace (wait(2), NOTES).
    signal(SIGCHLD, SIG_IGN);
    for (;;) pause();
}

int stint_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int stint_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int stint_waitid_pidfd(int pidfd, int *code, int *status, struct rusage *usage) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    // The kernel's waitid has the rusage that glibc's leaves out.
    long result = syscall(SYS_waitid, 3 /* P_PIDFD */, pidfd, &info, WEXITED | WNOHANG, usage);
    if (result < 0) return -1;
    if (info.si_pid == 0) return 0;
    *code = info.si_code;
    *status = info.si_status;
    return 1;
}

int stint_close_range(unsigned int first, int only_mark) {
    return (int)syscall(SYS_close_range, first, ~0U, only_mark ? CLOSE_RANGE_CLOEXEC : 0);
}
