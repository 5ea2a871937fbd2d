// What a container looks like from the inside. Each verb prints plain lines, which tests compare with what they expect.
//
// In C, because half of it is system calls by number, and static, so that it runs in an image that holds nothing else.
// The tests compile it themselves: clang -static -O1 probe.c -o probe
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void copy_lines(const char *path, const char *const *wanted, const char *prefix) {
    FILE *file = fopen(path, "re");
    char line[4096];
    if (!file) {
        printf("%s%s: %s\n", prefix, path, strerror(errno));
        return;
    }
    while (fgets(line, sizeof line, file)) {
        int take = wanted == NULL;
        for (int i = 0; wanted && wanted[i]; i++) take |= strncmp(line, wanted[i], strlen(wanted[i])) == 0;
        if (!take) continue;
        for (char *c = line; *c; c++)
            if (*c == '\t') *c = ' ';
        printf("%s%s", prefix, line);
    }
    fclose(file);
}

/// Identity and privileges as the kernel tells them.
static void status(void) {
    static const char *const wanted[] = {"Uid:", "Gid:", "Groups:", "NoNewPrivs:", "Seccomp:", "CapInh:", "CapPrm:",
                                         "CapEff:", "CapBnd:", "CapAmb:", "SigBlk:", "SigIgn:", NULL};
    copy_lines("/proc/self/status", wanted, "");
    copy_lines("/proc/self/oom_score_adj", NULL, "OOMScoreAdj: ");
    copy_lines("/proc/self/cgroup", NULL, "Cgroup: ");
    mode_t mask = umask(0);
    umask(mask);
    printf("Umask: %o\n", mask);
    printf("Pid: %d\n", getpid());
    printf("SessionLeader: %d\n", getsid(0) == getpid());
    char directory[4096];
    printf("Directory: %s\n", getcwd(directory, sizeof directory) ? directory : strerror(errno));
    char host[256];
    gethostname(host, sizeof host);
    printf("Hostname: %s\n", host);
}

/// Every open descriptor and what it is.
static void descriptors(void) {
    for (int number = 0; number < 1024; number++) {
        if (fcntl(number, F_GETFD) < 0) continue;
        char name[64], target[4096];
        snprintf(name, sizeof name, "/proc/self/fd/%d", number);
        ssize_t length = readlink(name, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        printf("%d %s\n", number, target);
    }
}

/// Where, per-mount options, file system.
static void mounts(void) {
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char line[8192];
    while (file && fgets(line, sizeof line, file)) {
        char where[4096], options[256];
        const char *dash = strstr(line, " - ");
        if (sscanf(line, "%*s %*s %*s %*s %4095s %255s", where, options) != 2 || !dash) continue;
        char type[64];
        sscanf(dash + 3, "%63s", type);
        printf("%s %s %s\n", where, options, type);
    }
}

/// Every file below a path that can be opened for writing, and every directory in which something can be made.
static void writable(const char *path, int depth) {
    struct stat info;
    if (depth > 14 || lstat(path, &info) < 0) return;
    if (S_ISREG(info.st_mode)) {
        // Root may open every file of /proc for writing; where the mode says no, the kernel has nothing to write to.
        if (!(info.st_mode & 0222)) return;
        int file = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (file < 0) return;
        printf("file %s\n", path);
        close(file);
    } else if (S_ISDIR(info.st_mode)) {
        char name[4096];
        snprintf(name, sizeof name, "%s/.probe", path);
        if (mkdir(name, 0700) == 0) {
            printf("directory %s\n", path);
            rmdir(name);
        }
        DIR *directory = opendir(path);
        if (!directory) return;
        struct dirent *entry;
        while ((entry = readdir(directory))) {
            if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
            // The process's own files are seen once, under its pid.
            if (!strcmp(path, "/proc") && (!strcmp(entry->d_name, "self") || !strcmp(entry->d_name, "thread-self")))
                continue;
            if (depth >= 1 && (!strcmp(entry->d_name, "task") || !strcmp(entry->d_name, "map_files"))) continue;
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            writable(name, depth + 1);
        }
        closedir(directory);
    }
}

/// One call in a child of its own, because a filter may kill and some calls do not come back.
static void try_call(const char *name, long number, int count, ...) {
    long arguments[6] = {0};
    va_list list;
    va_start(list, count);
    for (int i = 0; i < count; i++) arguments[i] = va_arg(list, long);
    va_end(list);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(2);
        errno = 0;
        long result = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
        _exit(result >= 0 ? 0 : errno);
    }
    int state = 0;
    waitpid(child, &state, 0);
    if (WIFSIGNALED(state)) printf("%s: signal %d\n", name, WTERMSIG(state));
    else printf("%s: %s\n", name, WEXITSTATUS(state) == 0 ? "allowed" : strerrorname_np(WEXITSTATUS(state)));
}

/// What a default-deny filter has to deny. Arguments are such that a call which is let through either
/// works harmlessly or fails with another error than EPERM.
static void calls(void) {
    char buffer[4096] = {0};
    static const char empty[] = "";
    try_call("io_uring_setup", SYS_io_uring_setup, 2, 1L, (long)buffer);
    try_call("unshare(CLONE_NEWUSER)", SYS_unshare, 1, 0x10000000L);
    try_call("unshare(CLONE_NEWNS)", SYS_unshare, 1, 0x20000L);
    try_call("clone3", SYS_clone3, 2, (long)buffer, 64L);
    try_call("clone(CLONE_NEWUSER)", SYS_clone, 5, 0x10000000L | SIGCHLD, 0L, 0L, 0L, 0L);
    try_call("setns", SYS_setns, 2, 0L, 0L);
    try_call("open_by_handle_at", SYS_open_by_handle_at, 3, -100L, (long)buffer, 0L);
    try_call("bpf", SYS_bpf, 3, 0L, (long)buffer, 64L);
    try_call("perf_event_open", SYS_perf_event_open, 5, (long)buffer, 0L, -1L, -1L, 0L);
    try_call("userfaultfd", SYS_userfaultfd, 1, 0L);
    try_call("kexec_load", SYS_kexec_load, 4, 0L, 0L, 0L, 0L);
    try_call("add_key", SYS_add_key, 5, (long)"user", (long)"k", (long)"v", 1L, -2L);
    try_call("keyctl", SYS_keyctl, 5, 0L, -3L, 0L, 0L, 0L);
    try_call("mount", SYS_mount, 5, (long)"none", (long)"/tmp", (long)"tmpfs", 0L, 0L);
    try_call("umount2", SYS_umount2, 2, (long)"/proc", 2L);
    try_call("pivot_root", SYS_pivot_root, 2, (long)".", (long)".");
    try_call("fsopen", SYS_fsopen, 2, (long)"tmpfs", 0L);
    try_call("open_tree", SYS_open_tree, 3, -100L, (long)"/", 1L);
    try_call("move_mount", SYS_move_mount, 5, -1L, (long)empty, -1L, (long)empty, 0L);
    try_call("mount_setattr", SYS_mount_setattr, 5, -100L, (long)"/", 0L, (long)buffer, 32L);
    try_call("reboot", SYS_reboot, 4, 0L, 0L, 0L, 0L);
    try_call("swapon", SYS_swapon, 2, (long)"/none", 0L);
    try_call("swapoff", SYS_swapoff, 1, (long)"/none");
    try_call("init_module", SYS_init_module, 3, 0L, 0L, (long)empty);
    try_call("finit_module", SYS_finit_module, 3, -1L, (long)empty, 0L);
    try_call("delete_module", SYS_delete_module, 2, (long)"none", 0L);
    try_call("process_vm_writev", SYS_process_vm_writev, 6, 1L, 0L, 0L, 0L, 0L, 0L);
    try_call("settimeofday", SYS_settimeofday, 2, (long)buffer, 0L);
    try_call("clock_settime", SYS_clock_settime, 2, 0L, (long)buffer);
    try_call("sethostname", SYS_sethostname, 2, (long)"x", 1L);
    try_call("acct", SYS_acct, 1, (long)"/none");
    try_call("syslog", SYS_syslog, 3, 3L, (long)buffer, 10L);
    try_call("quotactl", SYS_quotactl, 4, 0L, 0L, 0L, 0L);
    try_call("lookup_dcookie", SYS_lookup_dcookie, 3, 0L, 0L, 0L);
    try_call("vhangup", SYS_vhangup, 0);
    try_call("mknod block", SYS_mknodat, 4, -100L, (long)"/blk", (long)(S_IFBLK | 0600), 0x700L);
    try_call("TIOCSTI", SYS_ioctl, 3, 0L, (long)TIOCSTI, (long)empty);
#ifdef __x86_64__
    // The same kernel by its other doors: x32 numbers and the 32-bit gate.
    try_call("x32 getpid", 0x40000000L + SYS_getpid, 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        long result;
        // mount(0, 0, 0, 0, 0) is 21 there; EFAULT would mean that it was let in.
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(21L), "b"(0L), "c"(0L), "d"(0L), "S"(0L), "D"(0L) : "memory");
        _exit(result >= 0 ? 0 : (int)-result);
    }
    int state = 0;
    waitpid(child, &state, 0);
    if (WIFSIGNALED(state)) printf("int 0x80 mount: signal %d\n", WTERMSIG(state));
    else printf("int 0x80 mount: %s\n", WEXITSTATUS(state) == 0 ? "allowed" : strerrorname_np(WEXITSTATUS(state)));
#endif
    // And what every program needs.
    try_call("getpid", SYS_getpid, 0);
    try_call("socket", SYS_socket, 3, (long)AF_INET, (long)SOCK_STREAM, 0L);
}

/// Makes device nodes and opens them, if it can.
static void devices(void) {
    static const struct {
        const char *name;
        mode_t type;
        unsigned major, minor;
    } wanted[] = {{"mem", S_IFCHR, 1, 1}, {"kmsg", S_IFCHR, 1, 11}, {"null", S_IFCHR, 1, 3}, {"disk", S_IFBLK, 254, 0},
                  {"loop", S_IFBLK, 7, 0}, {"sda", S_IFBLK, 8, 0}};
    static const char *const places[] = {"/", "/dev/", "/dev/shm/"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (size_t j = 0; j < sizeof places / sizeof *places; j++) {
            char path[64];
            snprintf(path, sizeof path, "%sprobe-%s", places[j], wanted[i].name);
            int made = mknod(path, wanted[i].type | 0666, (wanted[i].major << 8) | wanted[i].minor);
            int why = errno;
            int file = made == 0 ? open(path, O_RDONLY | O_NONBLOCK) : -1;
            if (made == 0) why = errno;
            printf("%s: %s\n", path, file >= 0 ? "opened" : strerrorname_np(why));
            if (file >= 0) close(file);
            unlink(path);
        }
}

/// Uses memory, page by page, until it has it or is stopped.
static void eat(size_t megabytes) {
    for (size_t done = 0; done < megabytes; done++) {
        char *piece = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED) {
            printf("refused at %zu MiB\n", done);
            return;
        }
        memset(piece, 1, 1 << 20);
    }
    printf("ate %zu MiB\n", megabytes);
}

/// Forks until it cannot, and goes on trying; no member of the family ever ends by itself or heeds a signal.
static void bomb(void) {
    signal(SIGTERM, SIG_IGN);
    for (;;)
        if (fork() < 0) usleep(1000);
}

/// Rows and columns of the terminal that is standard input.
static void winsize(void) {
    struct winsize size = {0};
    if (ioctl(0, TIOCGWINSZ, &size) < 0) printf("no terminal\n");
    else printf("%d %d\n", size.ws_row, size.ws_col);
}

int main(int count, char **words) {
    const char *verb = count > 1 ? words[1] : "";
    if (!strcmp(verb, "status")) status();
    else if (!strcmp(verb, "descriptors")) descriptors();
    else if (!strcmp(verb, "mounts")) mounts();
    else if (!strcmp(verb, "writable"))
        for (int i = 2; i < count; i++) writable(words[i], 0);
    else if (!strcmp(verb, "calls")) calls();
    else if (!strcmp(verb, "devices")) devices();
    else if (!strcmp(verb, "eat") && count > 2) eat((size_t)atol(words[2]));
    else if (!strcmp(verb, "hold") && count > 2) {
        eat((size_t)atol(words[2]));
        for (;;) pause();
    }
    else if (!strcmp(verb, "bomb")) bomb();
    else if (!strcmp(verb, "winsize")) winsize();
    else {
        fprintf(stderr, "usage: probe status|descriptors|mounts|writable PATH…|calls|devices|eat MIB|hold MIB|bomb|winsize\n");
        return 2;
    }
    return 0;
}
