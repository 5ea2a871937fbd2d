import Kube

/// Which waiting pods this host takes in. A value: nothing here has happened yet.
///
/// Pods are taken in order of priority, then of arrival. The first one that does not fit holds back those behind it
/// that ask for something too, or a large pod would wait for ever while small ones pass it by.
struct Admission: Equatable, Sendable {
    /// What a pod asks of the host.
    struct Claim: Equatable, Sendable {
        var cpuMilli: Int64 = 0
        var memoryBytes: Int64 = 0

        var isNothing: Bool { cpuMilli == 0 && memoryBytes == 0 }
    }

    private struct Waiting: Equatable, Sendable {
        let uid: String
        let priority: Int
        let arrival: Int
        let claim: Claim
    }

    let capacity: Claim
    let maxPods: Int
    private var waiting: [Waiting] = []
    private var admitted: [String: Claim] = [:]
    private(set) var used = Claim()
    private var arrivals = 0

    init(capacity: Claim, maxPods: Int) {
        self.capacity = capacity
        self.maxPods = maxPods
    }

    /// A pod came. Harmless when it is known already.
    mutating func add(uid: String, priority: Int, claim: Claim) {
        guard admitted[uid] == nil, !waiting.contains(where: { $0.uid == uid }) else { return }
        let pod = Waiting(uid: uid, priority: priority, arrival: arrivals, claim: claim)
        arrivals += 1
        let place = waiting.firstIndex { $0.priority < priority } ?? waiting.endIndex
        waiting.insert(pod, at: place)
    }

    /// A pod that this host had taken in before (the daemon was restarted): it keeps its place, fitting or not.
    mutating func readmit(uid: String, claim: Claim) {
        guard admitted[uid] == nil else { return }
        waiting.removeAll { $0.uid == uid }
        take(uid, claim)
    }

    /// A pod ended or went away. Harmless when it is not known.
    mutating func remove(uid: String) {
        waiting.removeAll { $0.uid == uid }
        guard let claim = admitted.removeValue(forKey: uid) else { return }
        used.cpuMilli -= claim.cpuMilli
        used.memoryBytes -= claim.memoryBytes
    }

    /// The pods to start now, and for the others why they wait.
    mutating func admit() -> (admitted: [String], refused: [(uid: String, message: String)]) {
        var taken: [String] = []
        var refused: [(uid: String, message: String)] = []
        var stillWaiting: [Waiting] = []
        var isBlocked = false
        for pod in waiting {
            var reasons = shortages(for: pod.claim)
            if reasons.isEmpty, isBlocked, !pod.claim.isNothing {
                reasons = ["a pod ahead of it is waiting for resources"]
            }
            if reasons.isEmpty {
                take(pod.uid, pod.claim)
                taken.append(pod.uid)
            } else {
                isBlocked = true
                stillWaiting.append(pod)
                refused.append((pod.uid, "0/1 nodes are available: 1 \(reasons.joined(separator: ", 1 "))."))
            }
        }
        waiting = stillWaiting
        return (taken, refused)
    }

    private mutating func take(_ uid: String, _ claim: Claim) {
        admitted[uid] = claim
        used.cpuMilli += claim.cpuMilli
        used.memoryBytes += claim.memoryBytes
    }

    private func shortages(for claim: Claim) -> [String] {
        var reasons: [String] = []
        if claim.cpuMilli > 0, used.cpuMilli + claim.cpuMilli > capacity.cpuMilli { reasons.append("Insufficient cpu") }
        if claim.memoryBytes > 0, used.memoryBytes + claim.memoryBytes > capacity.memoryBytes {
            reasons.append("Insufficient memory")
        }
        if admitted.count >= maxPods { reasons.append("Too many pods") }
        return reasons
    }
}

extension Admission.Claim {
    /// The sum of the containers' requests; a limit without a request counts as the request, as upstream defaults it.
    init(_ spec: PodSpec) {
        self.init()
        for container in spec.containers {
            let limits = container.resources?.limits
            let requests = container.resources?.requests
            cpuMilli += (requests?["cpu"] ?? limits?["cpu"])?.milliValue ?? 0
            memoryBytes += (requests?["memory"] ?? limits?["memory"])?.value ?? 0
        }
    }
}
