import Containers
import Kube

/// Why this host does not take a pod, in the words of the kubelet's admission.
struct PodRejection: Equatable, Sendable {
    /// One word, for the status.
    var reason: String
    var message: String
}

extension PodRejection {
    /// Nil of a pod that can be started as it is written.
    static func decide(_ spec: PodSpec) -> PodRejection? {
        guard let unsafe = spec.securityContext?.sysctls?.first(where: { !$0.isSafe }) else { return nil }
        return PodRejection(
            reason: "SysctlForbidden", message: "forbidden sysctl: \(unsafe.name.goQuoted) not allowlisted")
    }
}

extension PodLife {
    /// Before anything of it was ordered: a pod that began was taken.
    mutating func rejectWhatIsForbidden() async {
        guard running == nil, !pod.isTerminal, run.rejection == nil, run.containers.allSatisfy(\.awaitsFirstStart),
            let rejection = PodRejection.decide(pod.spec)
        else { return }
        run.rejection = rejection
        await finish(run.giveUp(reason: rejection.reason, message: rejection.message, now: context.clock.now()))
        context.recorder.record(pod, .warning, reason: rejection.reason, message: rejection.message)
    }
}

extension ContainerIdentity {
    /// Nil of numbers that no kernel has given out.
    init?(_ user: LinuxContainerUser) {
        let groups = (user.supplementalGroups ?? []).compactMap { UInt32(exactly: $0) }
        guard let uid = UInt32(exactly: user.uid), let gid = UInt32(exactly: user.gid) else { return nil }
        self.init(uid: uid, gid: gid, groups: groups)
    }
}

extension LinuxContainerUser {
    init(_ identity: ContainerIdentity) {
        self.init(
            uid: Int64(identity.uid), gid: Int64(identity.gid),
            supplementalGroups: identity.groups.map { Int64($0) })
    }
}
