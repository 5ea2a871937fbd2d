import Kube

/// Which waiting pods this host takes in. A value: nothing here has happened yet.
///
/// Pods are taken in order of priority, then of arrival. The first one that does not fit holds back those behind it
/// that ask for something too, or a large pod would wait for ever while small ones pass it by. One that asks for more
/// than the whole host has holds nobody back, because it would for ever.
///
/// A look costs what it changes, not what waits: a line is only looked at from its head.
struct Admission: Equatable, Sendable {
    /// What a pod asks of the host.
    struct Claim: Equatable, Sendable {
        var cpuMilli: Int64 = 0
        var memoryBytes: Int64 = 0

        var isNothing: Bool { cpuMilli == 0 && memoryBytes == 0 }
    }

    /// The pods of one priority.
    private struct Lane: Equatable, Sendable {
        let priority: Int
        var asking = WaitingLine()
        /// Those that ask for nothing: only the number of pods can keep them out.
        var modest = WaitingLine()
    }

    let capacity: Claim
    let maxPods: Int
    /// Highest priority first.
    private var lanes: [Lane] = []
    private var waiting: [String: WaitingPod] = [:]
    /// Those that no look has seen yet.
    private var newcomers: [String] = []
    var admitted: [String: Claim] = [:]
    var used = Claim()
    private var arrivals = 0

    init(capacity: Claim, maxPods: Int) {
        self.capacity = capacity
        self.maxPods = maxPods
    }

    /// A pod came. Harmless when it is known already.
    mutating func add(uid: String, priority: Int, claim: Claim) {
        // One that asks for something else than before stands in line again.
        guard admitted[uid] == nil, waiting[uid].map({ $0.claim != claim }) ?? true else { return }
        let pod = WaitingPod(uid: uid, priority: priority, arrival: arrivals, claim: claim)
        arrivals += 1
        waiting[uid] = pod
        newcomers.append(uid)
        guard claim.cpuMilli <= capacity.cpuMilli, claim.memoryBytes <= capacity.memoryBytes else { return }
        let place = lanes.firstIndex { $0.priority <= priority } ?? lanes.endIndex
        if place == lanes.endIndex || lanes[place].priority != priority {
            lanes.insert(Lane(priority: priority), at: place)
        }
        if claim.isNothing { lanes[place].modest.append(pod) } else { lanes[place].asking.append(pod) }
    }

    /// A pod that this host had taken in before (the daemon was restarted): it keeps its place, fitting or not.
    mutating func readmit(uid: String, claim: Claim) {
        guard admitted[uid] == nil else { return }
        take(uid, claim)
    }

    /// A pod ended or went away. Harmless when it is not known.
    mutating func remove(uid: String) {
        waiting[uid] = nil
        guard let claim = admitted.removeValue(forKey: uid) else { return }
        used.cpuMilli -= claim.cpuMilli
        used.memoryBytes -= claim.memoryBytes
    }

    /// The pods to start now, and why others wait: those that came since the last look, and the one in front. Those
    /// between them wait for what they were told before.
    mutating func admit() -> (admitted: [String], refused: [(uid: String, message: String)]) {
        var taken: [String] = []
        var first: WaitingPod?
        look: for index in lanes.indices {
            while let pod = next(in: index, isBlocked: first != nil) {
                if shortages(for: pod.claim).isEmpty {
                    take(pod.uid, pod.claim)
                    taken.append(pod.uid)
                } else {
                    if first == nil { first = pod }
                    // Too many pods: then nobody gets in.
                    if pod.claim.isNothing { break look }
                }
            }
        }
        let new = newcomers.compactMap { waiting[$0] }
        newcomers = []
        let left = waiting
        lanes.removeAll { lane in
            var lane = lane
            return lane.asking.first(of: left) == nil && lane.modest.first(of: left) == nil
        }
        let told = first.map { first in new.contains(first) ? new : [first] + new } ?? new
        return (taken, told.map { ($0.uid, message(for: $0)) })
    }

    /// Who is next of one priority; while somebody waits for room, only those that need none.
    private mutating func next(in index: Int, isBlocked: Bool) -> WaitingPod? {
        let modest = lanes[index].modest.first(of: waiting)
        guard !isBlocked, let asking = lanes[index].asking.first(of: waiting) else { return modest }
        guard let modest else { return asking }
        return asking.arrival < modest.arrival ? asking : modest
    }

    private mutating func take(_ uid: String, _ claim: Claim) {
        waiting[uid] = nil
        admitted[uid] = claim
        used.cpuMilli += claim.cpuMilli
        used.memoryBytes += claim.memoryBytes
    }

    private func message(for pod: WaitingPod) -> String {
        var reasons = shortages(for: pod.claim)
        if reasons.isEmpty { reasons = ["a pod ahead of it is waiting for resources"] }
        return "0/1 nodes are available: 1 \(reasons.joined(separator: ", 1 "))."
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
    init(_ spec: PodSpec) {
        let requests = PodResources(spec).requests
        self.init(cpuMilli: requests["cpu"]?.milliValue ?? 0, memoryBytes: requests["memory"]?.value ?? 0)
    }
}
