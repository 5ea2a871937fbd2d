extension SeccompProfile {
    /// What a container gets when the pod says `RuntimeDefault` or nothing.
    ///
    /// Everything is refused with EPERM but the calls below: the set of moby's default profile
    /// (github.com/moby/profiles, seccomp/default.json), which containerd's follows, so that an image behaves as it does
    /// elsewhere. Differences, all stricter:
    /// - x86 and x32 are not allowed beside x86_64 (their filters were the holes; nothing needs them).
    /// - Sockets of AF_ALG and AF_VSOCK are refused by the lower half of the argument; see `Denial`.
    /// - Pushing characters into a terminal (TIOCSTI, TIOCLINUX) is refused.
    ///
    /// io_uring is missing on purpose: it does what other calls do without passing any filter (moby/moby#46762).
    static let runtimeDefault = SeccompProfile(
        defaultAction: .fail(eperm),
        rules: [
            Rule(names: always, action: .allow),
            // Before 4.8 a tracer could change a call after the filter had seen it.
            Rule(names: tracing, action: .allow, includes: Condition(minKernel: KernelVersion(4, 8))),
            Rule(
                names: [
                    "arm_fadvise64_64", "arm_sync_file_range", "sync_file_range2", "breakpoint", "cacheflush",
                    "set_tls",
                ],
                action: .allow, includes: Condition(architectures: ["arm", "arm64"])),
            Rule(names: ["arch_prctl", "modify_ldt"], action: .allow, includes: Condition(architectures: ["amd64"])),
            Rule(names: ["riscv_flush_icache"], action: .allow, includes: Condition(architectures: ["riscv64"])),
        ]
            + personalities.map {
                Rule(
                    names: ["personality"], action: .allow,
                    arguments: [Argument(index: 0, comparison: .equal, value: $0)])
            } + [
                // Threads and processes, but no new namespaces. clone3 takes its flags through a pointer, which a filter
                // cannot follow: ENOSYS makes the C library fall back to clone.
                Rule(
                    names: ["clone"], action: .allow,
                    arguments: [Argument(index: 0, comparison: .maskedEqual, value: namespaceFlags, valueTwo: 0)],
                    excludes: Condition(capabilities: ["CAP_SYS_ADMIN"])),
                Rule(names: ["clone3"], action: .fail(enosys), excludes: Condition(capabilities: ["CAP_SYS_ADMIN"])),
            ]
            + withCapability.map {
                Rule(names: $0.names, action: .allow, includes: Condition(capabilities: [$0.capability]))
            },
        denials: [
            Denial(name: "socket", index: 0, value: 38, errno: eperm),  // AF_ALG
            Denial(name: "socket", index: 0, value: 40, errno: eperm),  // AF_VSOCK reaches the hypervisor
            Denial(name: "ioctl", index: 1, value: 0x5412, errno: eperm),  // TIOCSTI
            Denial(name: "ioctl", index: 1, value: 0x541C, errno: eperm),  // TIOCLINUX
        ])

    static let eperm: UInt16 = 1
    static let enosys: UInt16 = 38

    /// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (sched.h). NEWTIME shares its bit with the exit
    /// signal and works with clone3 and unshare only.
    private static let namespaceFlags: UInt64 = 0x7E02_0000

    /// PER_LINUX and PER_LINUX32, each with and without UNAME26; and the value that only asks.
    private static let personalities: [UInt64] = [0x0, 0x0008, 0x20000, 0x20008, 0xFFFF_FFFF]

    private static let tracing = ["process_vm_readv", "process_vm_writev", "ptrace"]

    private static let withCapability: [(capability: String, names: [String])] = [
        ("CAP_DAC_READ_SEARCH", ["open_by_handle_at"]),
        (
            "CAP_SYS_ADMIN",
            words(
                """
                bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr
                lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl
                quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare
                """)
        ),
        ("CAP_SYS_BOOT", ["reboot"]),
        ("CAP_SYS_CHROOT", ["chroot"]),
        ("CAP_SYS_MODULE", ["delete_module", "init_module", "finit_module"]),
        ("CAP_SYS_PACCT", ["acct"]),
        ("CAP_SYS_PTRACE", ["kcmp", "pidfd_getfd", "process_madvise"] + tracing),
        ("CAP_SYS_RAWIO", ["iopl", "ioperm"]),
        ("CAP_SYS_TIME", ["settimeofday", "stime", "clock_settime", "clock_settime64"]),
        ("CAP_SYS_TTY_CONFIG", ["vhangup"]),
        ("CAP_SYS_NICE", ["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"]),
        ("CAP_SYSLOG", ["syslog"]),
        ("CAP_BPF", ["bpf"]),
        ("CAP_PERFMON", ["perf_event_open"]),
    ]

    private static let always = words(
        """
        _llseek _newselect accept accept4 access adjtimex alarm bind brk cachestat capget capset chdir chmod chown
        chown32 clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
        clock_nanosleep clock_nanosleep_time64 close close_range connect copy_file_range creat dup dup2 dup3
        epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old
        eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fadvise64_64 fallocate
        fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr
        flistxattr flock fork fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate
        ftruncate64 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake futimesat get_robust_list
        get_thread_area getcpu getcwd getdents getdents64 getegid getegid32 geteuid geteuid32 getgid getgid32
        getgroups getgroups32 getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
        getresgid32 getresuid getresuid32 getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday
        getuid getuid32 getxattr getxattrat inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel
        io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioctl ioprio_get ioprio_set
        ipc kill landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lchown32 lgetxattr link
        linkat listen listmount listxattr listxattrat llistxattr lremovexattr lseek lsetxattr lstat lstat64 madvise
        map_shadow_stack membarrier memfd_create memfd_secret mincore mkdir mkdirat mknod mknodat mlock mlock2
        mlockall mmap mmap2 mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64
        mq_timedsend mq_timedsend_time64 mq_unlink mremap mseal msgctl msgget msgrcv msgsnd msync munlock munlockall
        munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe
        pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll ppoll_time64 prctl pread64 preadv preadv2 prlimit64
        process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv
        recv recvfrom recvmmsg recvmmsg_time64 recvmsg remap_file_pages removexattr removexattrat rename renameat
        renameat2 restart_syscall riscv_hwprobe rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo
        rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max
        sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
        sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
        sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop semtimedop_time64 send sendfile
        sendfile64 sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsgid32
        setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setitimer setpgid setpriority setregid setregid32
        setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setsockopt setuid setuid32
        setxattr setxattrat shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4 sigprocmask sigreturn
        socket socketcall socketpair splice stat stat64 statfs statfs64 statmount statx symlink symlinkat sync
        sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime
        timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
        timerfd_settime timerfd_settime64 times tkill truncate truncate64 ugetrlimit umask uname unlink unlinkat
        uretprobe utime utimensat utimensat_time64 utimes vfork vmsplice wait4 waitid waitpid write writev
        """)

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
