import Launch

/// The end of every list, whether it is a container's own program that runs or a command beside it: from the root that
/// was entered to the program. In one place, so that a command can never do more than the container.
///
/// 1. Resource limits and the bounding set while we are still allowed to set them, the working directory while root can
///    still enter it. Limits come before a user namespace is entered: the root of one may not raise them.
/// 2. The user, then the capabilities: changing the user clears some and needs others.
/// 3. No new privileges, and the filter as the last thing of all: it need not allow what the steps before it need.
///    Without no_new_privs the kernel wants CAP_SYS_ADMIN for a filter, so it has to come before 2 then.
struct ProgramSteps {
    var resourceLimits: [ResourceLimit] = []
    var workingDirectory: String
    var user: UserRequest
    var capabilities: CapabilitySet
    var noNewPrivileges: Bool
    /// Of `struct sock_filter`; empty is no filter.
    var filter: [UInt8]
    var arguments: [String]
    var environment: [String]

    /// - Parameter userNamespace: steps that enter it.
    func list(entering userNamespace: [LaunchStep]) -> [LaunchStep] {
        var steps = resourceLimits.map {
            LaunchStep.setResourceLimit(resource: $0.resource, soft: $0.soft, hard: $0.hard)
        }
        steps += userNamespace
        steps.append(.changeDirectory(workingDirectory))
        steps.append(.limitBoundingCapabilities(capabilities.mask))
        if !filter.isEmpty, !noNewPrivileges { steps.append(.loadFilter(filter)) }
        steps.append(.becomeUser(user))
        steps.append(.setCapabilities(capabilities.mask))
        if noNewPrivileges {
            steps.append(.setNoNewPrivileges)
            if !filter.isEmpty { steps.append(.loadFilter(filter)) }
        }
        steps.append(.execute(arguments: arguments, environment: PlanCheck.environment(environment)))
        return steps
    }
}
