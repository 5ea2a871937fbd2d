/// A seccomp profile before it is compiled: which system calls, under which conditions, get which answer. The OCI runtime
/// specification's shape with Docker's conditions.
struct SeccompProfile: Sendable, Hashable {
    enum Action: Sendable, Hashable {
        case allow
        /// Runs, and is written to the audit log.
        case log
        /// Fails with this number.
        case fail(UInt16)
        case trap
        /// For a tracer; without one it fails with ENOSYS.
        case trace(UInt16)
        case killThread
        case killProcess

        /// The call runs.
        var letsThrough: Bool { self == .allow || self == .log }
    }

    enum Comparison: String, Sendable, Hashable {
        case notEqual = "SCMP_CMP_NE"
        case less = "SCMP_CMP_LT"
        case lessOrEqual = "SCMP_CMP_LE"
        case equal = "SCMP_CMP_EQ"
        case greaterOrEqual = "SCMP_CMP_GE"
        case greater = "SCMP_CMP_GT"
        case maskedEqual = "SCMP_CMP_MASKED_EQ"
    }

    /// One argument against a value; all 64 bits of it.
    struct Argument: Sendable, Hashable {
        var index: UInt32
        var comparison: Comparison
        /// With `maskedEqual` the mask.
        var value: UInt64
        /// Only for `maskedEqual`: what is left under the mask.
        var valueTwo: UInt64 = 0
    }

    /// When a rule counts. A rule counts when everything included holds and nothing excluded does.
    struct Condition: Sendable, Hashable {
        var capabilities: [String] = []
        /// Go's names: `amd64`, `arm64`.
        var architectures: [String] = []
        var minKernel: KernelVersion?
    }

    struct Rule: Sendable, Hashable {
        var names: [String]
        var action: Action
        /// All must hold; see `SeccompFilter` for the same index twice.
        var arguments: [Argument] = []
        var includes = Condition()
        var excludes = Condition()

        func counts(_ facts: SeccompFacts) -> Bool {
            if !includes.capabilities.allSatisfy(facts.capabilities.contains) { return false }
            if !includes.architectures.isEmpty, !includes.architectures.contains(facts.architecture) { return false }
            if let minKernel = includes.minKernel, facts.kernel < minKernel { return false }
            if excludes.capabilities.contains(where: facts.capabilities.contains) { return false }
            if excludes.architectures.contains(facts.architecture) { return false }
            if let minKernel = excludes.minKernel, facts.kernel >= minKernel { return false }
            return true
        }
    }

    /// A call that fails for one value of one argument, looking at the argument's lower 32 bits, as the kernel does where
    /// it takes an `int`. A comparison of all 64 bits, which is what rules can say, is evaded by setting an upper bit.
    struct Denial: Sendable, Hashable {
        var name: String
        var index: UInt32
        var value: UInt32
        var errno: UInt16
    }

    var defaultAction: Action
    /// `SCMP_ARCH_X86` and so on, beside the native one.
    var architectures: [String] = []
    var rules: [Rule]
    /// Come before all rules.
    var denials: [Denial] = []
}

/// What conditions are decided on.
struct SeccompFacts: Sendable, Hashable {
    var capabilities: CapabilitySet
    var architecture: String
    var kernel: KernelVersion
}
