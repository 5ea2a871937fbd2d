/* The floor under every container start: the fewest system calls that give a program its own namespaces, an overlay
 * root and a cgroup, and nothing of what makes it safe or useful. The benchmark compares against it.
 *
 *   floor LOWER SCRATCH CGROUP PROGRAM [ARGUMENT…]     CGROUP may be "-"
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    _exit(125);
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "usage: floor LOWER SCRATCH CGROUP PROGRAM [ARGUMENT...]\n"), 2;
    char upper[512], work[512], merged[512], options[2048];
    snprintf(upper, sizeof upper, "%s/upper", argv[2]);
    snprintf(work, sizeof work, "%s/work", argv[2]);
    snprintf(merged, sizeof merged, "%s/merged", argv[2]);
    mkdir(argv[2], 0700), mkdir(upper, 0700), mkdir(work, 0700), mkdir(merged, 0700);
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", argv[1], upper, work);

    struct clone_args args = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP,
        .exit_signal = SIGCHLD,
    };
    int group = -1;
    if (strcmp(argv[3], "-") != 0) {
        mkdir(argv[3], 0755);
        group = open(argv[3], O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (group < 0) die(argv[3]);
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)group;
    }
    pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof args);
    if (child < 0) die("clone3");
    if (child == 0) {
        if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL)) die("private");
        if (mount("overlay", merged, "overlay", 0, options)) die("overlay");
        if (chdir(merged)) die("chdir");
        mkdir("proc", 0755);
        if (mount("proc", "proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL)) die("proc");
        if (syscall(SYS_pivot_root, ".", ".")) die("pivot_root");
        if (umount2(".", MNT_DETACH)) die("umount");
        execv(argv[4], argv + 4);
        die(argv[4]);
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (group >= 0) rmdir(argv[3]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
