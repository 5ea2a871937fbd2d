import CSeccomp
import Linux

/// A compiled filter: the bytes of `struct sock_filter[]`, ready for seccomp(2). Compiled in the daemon, loaded by the init.
enum SeccompFilter {
    /// - Throws: when the profile cannot be said in full. Nothing is left out of a filter that would have denied something.
    static func compile(_ profile: SeccompProfile, _ facts: SeccompFacts) throws(SeccompError) -> [UInt8] {
        let rules = profile.rules.filter { $0.counts(facts) }
        let defaultAction = value(of: profile.defaultAction)
        guard let context = seccomp_init(defaultAction) else { throw .library(call: "seccomp_init", errno: 12) }
        defer { seccomp_release(context) }

        // x86 and x32 calls on x86_64: nothing in an image for this architecture makes them, and a number means another
        // call there. Killed and not refused, because a program that cannot exit would run into nowhere.
        try check("seccomp_attr_set", seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, scmpKillProcess))
        // A binary tree: a call near the end of the list costs as much as one near the start.
        try check("seccomp_attr_set", seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2))
        for name in profile.architectures { try add(architecture: name, to: context) }

        for rule in rules {
            let action = value(of: rule.action)
            for name in rule.names {
                let number: Int32
                switch SystemCallNumbers.resolve(name) {
                case .number(let known): number = known
                case .elsewhere(let standIn): number = standIn
                case .unknown:
                    // Skipped only where skipping means denying: a name from a newer kernel in a list of what is allowed,
                    // or a denial that the default makes anyway.
                    if rule.action.letsThrough || !profile.defaultAction.letsThrough { continue }
                    throw .unknownCall(name)
                }
                // libseccomp takes no rule that says what the default says.
                if action == defaultAction { continue }
                for arguments in alternatives(rule.arguments) {
                    try check(
                        "seccomp_rule_add",
                        seccomp_rule_add_array(context, action, number, UInt32(arguments.count), arguments))
                }
            }
        }
        return try SeccompPrologue(profile, newestKnown: newestCall(in: profile)).bytes + export(context)
    }

    /// Rules whose condition does not hold count too: the profile's author knew the call.
    private static func newestCall(in profile: SeccompProfile) -> Int32 {
        var newest: Int32 = 0
        for name in profile.rules.flatMap(\.names) {
            if case .number(let number) = SystemCallNumbers.resolve(name) { newest = max(newest, number) }
        }
        return newest
    }

    /// All comparisons of a rule must hold; but the OCI way to say "this value or that one" is to give the same argument
    /// twice, and then each comparison stands for itself, as in runc.
    private static func alternatives(_ arguments: [SeccompProfile.Argument]) -> [[scmp_arg_cmp]] {
        let compared = arguments.map {
            scmp_arg_cmp(arg: $0.index, op: op(of: $0.comparison), datum_a: $0.value, datum_b: $0.valueTwo)
        }
        return Set(arguments.map(\.index)).count == arguments.count ? [compared] : compared.map { [$0] }
    }

    private static func add(architecture name: String, to context: scmp_filter_ctx) throws(SeccompError) {
        let prefix = "SCMP_ARCH_"
        let token = name.hasPrefix(prefix) ? seccomp_arch_resolve_name(name.dropFirst(prefix.count).lowercased()) : 0
        guard token != 0 else { throw .library(call: "seccomp_arch_resolve_name \(name)", errno: 22) }
        // Profiles list every architecture there is; a kernel runs its own and that one's smaller siblings.
        let siblings: [UInt32]
        switch seccomp_arch_native() {
        case scmpArchX86_64: siblings = [scmpArchX86, scmpArchX32]
        case scmpArchAArch64: siblings = [scmpArchARM]
        default: siblings = []
        }
        guard siblings.contains(token), seccomp_arch_exist(context, token) != 0 else { return }
        try check("seccomp_arch_add", seccomp_arch_add(context, token))
    }

    private static func export(_ context: scmp_filter_ctx) throws(SeccompError) -> [UInt8] {
        do {
            let file = try Files.makeAnonymous(named: "stint-seccomp")
            let result = seccomp_export_bpf(context, file.raw)
            if result == 0 { return try Files.read(file, "stint-seccomp") }
            throw SeccompError.library(call: "seccomp_export_bpf", errno: -result)
        } catch let error as SyscallError {
            throw .kernel(error)
        } catch let error as SeccompError {
            throw error
        } catch {
            throw .library(call: "seccomp_export_bpf", errno: 5)
        }
    }

    /// libseccomp returns its errors as negative numbers and leaves `errno` alone.
    private static func check(_ call: String, _ result: Int32) throws(SeccompError) {
        guard result == 0 else { throw .library(call: call, errno: -result) }
    }

    // MARK: - seccomp.h, where it is macros

    static func value(of action: SeccompProfile.Action) -> UInt32 {
        switch action {
        case .allow: 0x7FFF_0000
        case .log: 0x7FFC_0000
        case .fail(let errno): 0x0005_0000 | UInt32(errno)
        case .trap: 0x0003_0000
        case .trace(let message): 0x7FF0_0000 | UInt32(message)
        case .killThread: 0
        case .killProcess: scmpKillProcess
        }
    }

    private static let scmpKillProcess: UInt32 = 0x8000_0000
    /// AUDIT_ARCH_* of linux/audit.h; x32 is libseccomp's own (the ELF machine without the 64-bit mark).
    private static let scmpArchX86: UInt32 = 0x4000_0003
    private static let scmpArchX86_64: UInt32 = 0xC000_003E
    private static let scmpArchX32: UInt32 = 0x4000_003E
    private static let scmpArchARM: UInt32 = 0x4000_0028
    private static let scmpArchAArch64: UInt32 = 0xC000_00B7

    private static func op(of comparison: SeccompProfile.Comparison) -> scmp_compare {
        switch comparison {
        case .notEqual: SCMP_CMP_NE
        case .less: SCMP_CMP_LT
        case .lessOrEqual: SCMP_CMP_LE
        case .equal: SCMP_CMP_EQ
        case .greaterOrEqual: SCMP_CMP_GE
        case .greater: SCMP_CMP_GT
        case .maskedEqual: SCMP_CMP_MASKED_EQ
        }
    }
}
