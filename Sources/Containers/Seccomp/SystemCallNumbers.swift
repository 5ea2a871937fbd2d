import CSeccomp

/// System calls by name, as the host's own architecture numbers them.
enum SystemCallNumbers {
    /// Newer than some libseccomp that is still in use (2.5.4 ends at 5.17 or a little after, depending on who built it).
    /// Since 5.1 a call has the same number everywhere (kernel: scripts/syscall.tbl); x86 alone differs for `uretprobe`.
    private static let newer: [String: Int32] = [
        "cachestat": 451, "fchmodat2": 452, "map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455,
        "futex_requeue": 456, "statmount": 457, "listmount": 458, "lsm_get_self_attr": 459, "lsm_set_self_attr": 460,
        "lsm_list_modules": 461, "mseal": 462, "setxattrat": 463, "getxattrat": 464, "listxattrat": 465,
        "removexattrat": 466, "open_tree_attr": 467, "file_getattr": 468, "file_setattr": 469,
    ]

    /// What a filter can do with a name.
    enum Resolution: Equatable {
        case number(Int32)
        /// A call of another architecture; libseccomp's negative stand-in for it.
        case elsewhere(Int32)
        case unknown
    }

    static func resolve(_ name: String) -> Resolution {
        let number = seccomp_syscall_resolve_name(name)
        if number == __NR_SCMP_ERROR { return newer[name].map(Resolution.number) ?? .unknown }
        return number < 0 ? .elsewhere(number) : .number(number)
    }
}
