import Kube

/// A port of this host that a pod has to itself.
struct HostPort: Hashable, Sendable {
    var transport: String
    var number: Int64
    /// Empty is every address.
    var address: String

    /// Every address and one of them are in each other's way (the scheduler's `HostPortInfo`).
    func conflicts(with other: HostPort) -> Bool {
        transport == other.transport && number == other.number
            && (address == other.address || address.isEmpty || other.address.isEmpty)
    }
}

extension PodSpec {
    /// Those to which a port of the host is to lead. In the host's network there is nothing to be led.
    var mappedPorts: [ContainerPort] {
        hostNetwork == true ? [] : allContainers.flatMap(\.namedPorts).filter { $0.hostPort != 0 }
    }

    /// Of containers that run at one time: init containers that are no sidecars have none (the scheduler's rule).
    var hostPorts: [HostPort] {
        let running = (initContainers ?? []).filter(\.isSidecar) + containers
        return running.flatMap(\.namedPorts).compactMap { port in
            let number = hostNetwork == true && port.hostPort == 0 ? port.containerPort : port.hostPort
            guard number > 0 else { return nil }
            let isEvery = port.hostIP == "0.0.0.0" || port.hostIP == "::"
            return HostPort(
                transport: port.transport.isEmpty ? "TCP" : port.transport, number: number,
                address: isEvery ? "" : port.hostIP)
        }
    }
}

/// Who has which ports of the host, and who waits for some. Waiting is beside the line of pods that wait for room, as a
/// port may be taken for long.
struct HostPortHolders {
    private var holders: [String: [HostPort]] = [:]
    private(set) var waiting: Set<String> = []

    /// False when another pod has one of them; then it waits.
    mutating func take(_ ports: [HostPort], for uid: String) -> Bool {
        let isTaken = holders.contains { holder, taken in
            holder != uid && taken.contains { taken in ports.contains { $0.conflicts(with: taken) } }
        }
        if isTaken {
            waiting.insert(uid)
        } else {
            waiting.remove(uid)
            holders[uid] = ports
        }
        return !isTaken
    }

    /// After a restart of the daemon: a pod that runs has what it has.
    mutating func keep(_ ports: [HostPort], for uid: String) { holders[uid] = ports }

    /// - Returns: true when somebody may be waiting for what it had.
    mutating func forget(_ uid: String) -> Bool {
        waiting.remove(uid)
        return holders.removeValue(forKey: uid) != nil && !waiting.isEmpty
    }
}

extension NodeAgent {
    /// Whether a pod may stand in line. Most pods want no port of the host, and cost nothing here.
    func hasItsPorts(_ pod: Pod) -> Bool {
        let ports = pod.spec.hostPorts
        guard !ports.isEmpty, !state.withLock({ $0.ports.take(ports, for: pod.uid) }) else { return true }
        // The scheduler's words.
        sayWhyItWaits(
            pod, "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.")
        return false
    }

    func keepPorts(of pod: Pod) {
        let ports = pod.spec.hostPorts
        if !ports.isEmpty { state.withLock { $0.ports.keep(ports, for: pod.uid) } }
    }
}
