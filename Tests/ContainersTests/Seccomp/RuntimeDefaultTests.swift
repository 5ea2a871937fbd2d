import Testing

@testable import Containers

/// The default filter, call by call.
struct RuntimeDefaultTests {
    static func filter(_ capabilities: CapabilitySet = .containerDefault) throws -> FilterMachine {
        FilterMachine(
            try SeccompFilter.compile(
                .runtimeDefault,
                SeccompFacts(
                    capabilities: capabilities, architecture: SeccompProfiles.architecture, kernel: KernelVersion(6, 1))
            ))
    }

    @Test(arguments: [
        "read", "write", "openat", "openat2", "mmap", "execve", "exit_group", "futex", "clone", "wait4", "rt_sigreturn",
        "memfd_create", "statx", "rseq", "getrandom", "prctl", "seccomp", "socket", "connect", "ioctl", "chroot",
        "mknodat",
        "landlock_restrict_self", "futex_waitv", "fchmodat2", "cachestat", "mseal", "ptrace", "process_vm_readv",
    ])
    func `a program that keeps to itself can call`(name: String) throws {
        #expect(try Self.filter().answer(name) == FilterMachine.allow)
    }

    @Test(arguments: [
        "unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "fsmount", "fsconfig", "fspick", "move_mount",
        "open_tree", "mount_setattr", "open_by_handle_at", "bpf", "perf_event_open", "userfaultfd", "kexec_load",
        "kexec_file_load", "add_key", "request_key", "keyctl", "reboot", "swapon", "swapoff", "init_module",
        "finit_module",
        "delete_module", "iopl", "ioperm", "acct", "settimeofday", "clock_settime", "quotactl", "syslog", "sethostname",
        "setdomainname", "io_uring_setup", "io_uring_enter", "io_uring_register", "kcmp", "pidfd_getfd",
        "process_madvise",
        "mbind", "set_mempolicy", "move_pages", "migrate_pages", "lookup_dcookie", "nfsservctl", "vhangup",
        "fanotify_init",
    ])
    func `what reaches outside a container is refused`(name: String) throws {
        // Calls of other architectures have no number here and cannot be made.
        guard case .number = SystemCallNumbers.resolve(name) else { return }
        #expect(try Self.filter().answer(name) == FilterMachine.eperm)
    }

    @Test(arguments: [
        ("CAP_SYS_ADMIN", "mount"), ("CAP_SYS_ADMIN", "unshare"), ("CAP_SYS_ADMIN", "clone3"), ("CAP_SYS_ADMIN", "bpf"),
        ("CAP_BPF", "bpf"), ("CAP_PERFMON", "perf_event_open"), ("CAP_SYS_PTRACE", "kcmp"),
        ("CAP_SYS_MODULE", "init_module"),
        ("CAP_SYS_BOOT", "reboot"), ("CAP_SYS_TIME", "settimeofday"), ("CAP_SYS_NICE", "mbind"),
        ("CAP_SYSLOG", "syslog"),
        ("CAP_DAC_READ_SEARCH", "open_by_handle_at"), ("CAP_SYS_PACCT", "acct"), ("CAP_SYS_TTY_CONFIG", "vhangup"),
    ])
    func `a capability opens the calls it is for`(capability: String, name: String) throws {
        let set = try CapabilitySet(names: [capability])
        #expect(try Self.filter(set).answer(name) == FilterMachine.allow)
        #expect(try Self.filter(CapabilitySet()).answer(name) != FilterMachine.allow)
    }

    @Test func `io_uring and userfaultfd stay shut with every capability`() throws {
        let filter = try Self.filter(CapabilitySet(mask: (1 << 41) - 1))
        for name in ["io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "kexec_load", "keyctl"] {
            #expect(filter.answer(name) == FilterMachine.eperm)
        }
    }

    @Test func `chroot needs its capability`() throws {
        #expect(try Self.filter(CapabilitySet()).answer("chroot") == FilterMachine.eperm)
    }

    @Test func `threads may be made, namespaces not`() throws {
        let filter = try Self.filter()
        #expect(filter.answer("clone", [0x3D0F00]) == FilterMachine.allow)  // what pthread_create asks for
        #expect(filter.answer("clone", [17]) == FilterMachine.allow)  // fork
        for bit in [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000]
            as [UInt64]
        {
            #expect(filter.answer("clone", [bit | 17]) == FilterMachine.eperm)
            #expect(filter.answer("clone", [bit | 1 << 40]) == FilterMachine.eperm)
        }
    }

    @Test func `clone3 is not there, so that the C library falls back`() throws {
        #expect(try Self.filter().answer("clone3") == FilterMachine.enosys)
    }

    @Test(
        arguments: [
            (0x0, true), (0x8, true), (0x20000, true), (0x20008, true), (0xFFFF_FFFF, true), (0x40000, false),
            (0x8_0000_0000, false),
        ] as [(UInt64, Bool)])
    func `only harmless personalities`(value: UInt64, allowed: Bool) throws {
        #expect(
            try Self.filter().answer("personality", [value]) == (allowed ? FilterMachine.allow : FilterMachine.eperm))
    }

    @Test(arguments: [1, 2, 10, 16, 17, 37, 39, 41] as [UInt64])
    func `sockets of ordinary families are made`(family: UInt64) throws {
        #expect(try Self.filter().answer("socket", [family]) == FilterMachine.allow)
    }

    @Test(arguments: [38, 40, 1 << 32 | 38, 1 << 63 | 40] as [UInt64])
    func `AF_ALG and AF_VSOCK are not, whatever is in the upper half`(family: UInt64) throws {
        #expect(try Self.filter().answer("socket", [family]) == FilterMachine.eperm)
    }

    @Test(arguments: [0x5412, 0x541C, 1 << 32 | 0x5412] as [UInt64])
    func `characters are not pushed into a terminal, whatever is in the upper half`(request: UInt64) throws {
        #expect(try Self.filter().answer("ioctl", [0, request]) == FilterMachine.eperm)
        #expect(try Self.filter().answer("ioctl", [request, 0x5401]) == FilterMachine.allow)
    }

    @Test func `a call from a newer kernel is not there, and not forbidden`() throws {
        let filter = try Self.filter()
        #expect(filter.answer(600) == FilterMachine.enosys)
        #expect(filter.answer(0x3FFF_FFFF) == FilterMachine.enosys)
        #expect(filter.answer("removexattrat") == FilterMachine.allow)  // the newest the profile knows
        #expect(filter.answer("open_tree_attr") == FilterMachine.enosys)
    }

    #if arch(x86_64)
        @Test func `32-bit calls are killed`() throws {
            // mount through int 0x80 has the number 21, which is access here.
            for number in [1, 4, 11, 21, 600] as [Int32] {
                #expect(try Self.filter().answer(number, architecture: 0x4000_0003) == FilterMachine.kill)
            }
        }

        @Test func `x32 calls are killed`() throws {
            for number in [0, 1, 165, 520, 600] as [Int32] {
                #expect(try Self.filter().answer(number | 0x4000_0000) == FilterMachine.kill)
            }
        }

        @Test func `another architecture's calls are killed`() throws {
            #expect(try Self.filter().answer(0, architecture: 0xC000_00B7) == FilterMachine.kill)
        }
    #endif

    @Test func `every name the profile allows is a call somewhere`() {
        // A name nobody knows would be skipped without a word, and a typing error with it.
        let newerThanLibrary: Set<String> = ["riscv_hwprobe", "uretprobe"]
        for rule in SeccompProfile.runtimeDefault.rules {
            for name in rule.names where !newerThanLibrary.contains(name) {
                #expect(SystemCallNumbers.resolve(name) != .unknown, "\(name)")
            }
        }
    }

    @Test func `the filter fits into the kernel's limit`() throws {
        let bytes = try SeccompFilter.compile(
            .runtimeDefault,
            SeccompFacts(
                capabilities: .containerDefault, architecture: SeccompProfiles.architecture, kernel: KernelVersion(6, 1)
            ))
        #expect(bytes.count % 8 == 0 && bytes.count / 8 <= 4096)
    }
}
