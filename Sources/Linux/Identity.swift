internal import CLinux
internal import Glibc
internal import SystemPackage

/// Who this process is and what it may still do. Every change here is for good.
public enum Identity {
    public static func setGroups(_ groups: [UInt32]) throws(SyscallError) {
        try check("setgroups") { setgroups(groups.count, groups) }
    }
    public static func setGroup(_ gid: UInt32) throws(SyscallError) {
        try check("setresgid", "\(gid)") { stint_setresgid(gid) }
    }
    public static func setUser(_ uid: UInt32) throws(SyscallError) {
        try check("setresuid", "\(uid)") { stint_setresuid(uid) }
    }

    /// Root of the user namespace that this process has joined, and in no group of the host's.
    public static func becomeRoot() throws(SyscallError) {
        try setGroups([])
        try setGroup(0)
        try setUser(0)
    }

    /// Whom files belong to that are made from here on. Nothing else changes, what may be done with files included.
    public static func setFileOwner(_ uid: UInt32, group gid: UInt32) throws(SyscallError) {
        try check("setfsuid", "\(uid)") { stint_setfsids(uid, gid) }
        try check("capset") { stint_raise_permitted() }
    }

    /// Whether permitted capabilities outlive the change to another user than root.
    public static func keepCapabilities(_ keep: Bool) throws(SyscallError) {
        try check("prctl KEEPCAPS") { stint_keep_capabilities(keep ? 1 : 0) }
    }
    public static func limitBoundingCapabilities(to mask: UInt64) throws(SyscallError) {
        try check("prctl CAPBSET_DROP") { stint_limit_bounding(mask) }
    }
    /// Effective and permitted; inheritable and ambient become empty.
    public static func setCapabilities(_ mask: UInt64) throws(SyscallError) {
        try check("prctl CAP_AMBIENT") { stint_clear_ambient() }
        try check("capset") { stint_capset(mask) }
    }
    public static func setNoNewPrivileges() throws(SyscallError) {
        try check("prctl NO_NEW_PRIVS") { stint_set_no_new_privileges() }
    }
    /// Nobody may trace this process or look at its descriptors through /proc until it execs.
    public static func hideFromTracing() throws(SyscallError) {
        try check("prctl DUMPABLE") { stint_set_dumpable(0) }
    }
    /// This process dies when its parent does. Forgotten by a change of user, so it comes after.
    public static func dieWithParent() throws(SyscallError) {
        try check("prctl PDEATHSIG") { stint_set_parent_death_signal(SIGKILL) }
    }
    public static func joinNewKeyring() throws(SyscallError) {
        // ENOSYS: a kernel without keyrings has none to share.
        do { try check("keyctl") { stint_join_new_keyring() } } catch { if error.errno != .noFunction { throw error } }
    }
    /// - Parameter program: the bytes of an array of `struct sock_filter`.
    public static func loadFilter(_ program: [UInt8]) throws(SyscallError) {
        try check("seccomp") { program.withUnsafeBytes { stint_load_filter($0.baseAddress, $0.count) } }
    }
    /// `resource` is a RLIMIT_… number.
    public static func setLimit(_ resource: UInt32, soft: UInt64, hard: UInt64) throws(SyscallError) {
        var limit = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
        try check("setrlimit", "\(resource)") { setrlimit(__rlimit_resource_t(resource), &limit) }
    }
    public static func setHostname(_ name: String) throws(SyscallError) {
        try check("sethostname", name) { sethostname(name, name.utf8.count) }
    }
}
