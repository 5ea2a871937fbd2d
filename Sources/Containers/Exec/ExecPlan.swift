import Launch

/// A command that is to run in a container that runs, as the node wants it. Whom it runs as and what it may do are the
/// container's own; whoever makes the plan takes them from the same place.
public struct ExecPlan: Sendable {
    /// The container's name.
    public var container: String
    /// The first is looked up in the environment's PATH, inside the container.
    public var arguments: [String]
    /// `NAME=value`
    public var environment: [String]
    /// Must be there: the container's start has made it.
    public var workingDirectory: String
    public var user: UserSpec
    public var supplementalGroups: [UInt32]
    /// Groups that the image's files give the user count too.
    public var takesImageGroups = true
    public var capabilities: CapabilitySet
    public var noNewPrivileges: Bool
    public var seccomp: SeccompProfileChoice
    public var privileged: Bool
    public var resourceLimits: [ResourceLimit]
    /// -1000...1000
    public var oomScoreAdjust: Int
    /// A terminal in the container's /dev/pts; then there are no errors apart from the output.
    public var tty: Bool
    /// Without it the command reads from /dev/null (with a terminal, nothing comes).
    public var stdin: Bool
    /// Somebody asked for it, and not the daemon itself: of these there is a limit to how many run at once.
    public var isAskedFor = false

    public init(
        container: String, arguments: [String], environment: [String] = [], workingDirectory: String = "/",
        user: UserSpec = UserSpec(), supplementalGroups: [UInt32] = [],
        capabilities: CapabilitySet = .containerDefault, noNewPrivileges: Bool = true,
        seccomp: SeccompProfileChoice = .runtimeDefault, privileged: Bool = false,
        resourceLimits: [ResourceLimit] = [], oomScoreAdjust: Int = 0, tty: Bool = false, stdin: Bool = false
    ) {
        self.container = container
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.supplementalGroups = supplementalGroups
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
        self.seccomp = seccomp
        self.privileged = privileged
        self.resourceLimits = resourceLimits
        self.oomScoreAdjust = oomScoreAdjust
        self.tty = tty
        self.stdin = stdin
    }

    /// A command with everything else as a container was planned.
    public init(_ container: ContainerPlan, arguments: [String]) {
        self.init(
            container: container.name, arguments: arguments, environment: container.environment,
            workingDirectory: container.workingDirectory, user: container.user,
            supplementalGroups: container.supplementalGroups, capabilities: container.capabilities,
            noNewPrivileges: container.noNewPrivileges, seccomp: container.seccomp,
            privileged: container.privileged, resourceLimits: container.resourceLimits,
            oomScoreAdjust: container.oomScoreAdjust)
        takesImageGroups = container.takesImageGroups
    }
}

/// Arguments and environment may hold secrets.
extension ExecPlan: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "a command in \(container)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["container": container]) }
}

extension ExecPlan {
    /// The list that the command performs on its way. As at a container's start: into the groups and what needs the
    /// host's /proc first, then in, then ``ProgramSteps``.
    ///
    /// - Parameters:
    ///   - tasks: `tasks` files of v1 groups.
    ///   - joinsUserNamespace: the container has one of its own.
    ///   - filter: of `struct sock_filter`; empty is none.
    func steps(tasks: [String], joinsUserNamespace: Bool, filter: [UInt8]) throws(ContainerError) -> [LaunchStep] {
        var steps: [LaunchStep] = []
        if !tasks.isEmpty { steps.append(.joinControlGroups(tasks)) }
        steps.append(.setOOMScoreAdjust(Int32(oomScoreAdjust)))
        var entering: [LaunchStep] = [.joinContainer(user: joinsUserNamespace)]
        // A keyring belongs to whoever makes it.
        entering.insert(.newKeyring, at: joinsUserNamespace ? 1 : 0)
        // While we may open what belongs to root.
        if tty { entering.append(.openTerminal) }
        if !joinsUserNamespace { steps += entering }
        return try steps
            + ProgramSteps(
                resourceLimits: resourceLimits, workingDirectory: workingDirectory,
                user: PlanCheck.user(
                    user, additionalGroups: supplementalGroups, takesImageGroups: takesImageGroups),
                capabilities: capabilities,
                noNewPrivileges: noNewPrivileges, filter: filter, arguments: arguments, environment: environment
            ).list(entering: joinsUserNamespace ? entering : [])
    }
}
