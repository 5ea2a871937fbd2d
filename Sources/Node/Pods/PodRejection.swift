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
    ///
    /// - Parameter mapsPorts: a port of the host can lead to one of a pod that is not in the host's network.
    static func decide(_ spec: PodSpec, mapsPorts: Bool = true) -> PodRejection? {
        if let unsafe = spec.securityContext?.sysctls?.first(where: { !$0.isSafe }) {
            return PodRejection(
                reason: "SysctlForbidden", message: "forbidden sysctl: \(unsafe.name.goQuoted) not allowlisted")
        }
        if !mapsPorts, let port = spec.mappedPorts.first {
            return PodRejection(
                reason: "HostPortForbidden",
                message:
                    "hostPort \(port.hostPort) would lead nowhere: this host has no network of pods that maps ports")
        }
        return nil
    }
}

extension PodLife {
    /// Before anything of it was ordered: a pod that began was taken.
    mutating func rejectWhatIsForbidden() async {
        guard running == nil, !pod.hasEnded, run.rejection == nil, run.containers.allSatisfy(\.awaitsFirstStart)
        else { return }
        guard let rejection = PodRejection.decide(pod.spec, mapsPorts: await mapsPorts()) else { return }
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
