import Kube

/// Which waiting pods this host takes in. A value: nothing here has happened yet.
///
/// Pods are taken in order of priority, then of arrival. When the one in front does not fit, those behind it that do may
/// pass, so that room does not lie idle; but only `passes` of them, and then it is waited for the one in front, which so
/// cannot starve however many small pods come. (A reservation by time was the other choice: it needs to know how long pods
/// run, which nobody says.) One that asks for nothing takes no room from anybody and always passes. One that asks for more
/// than the whole host has holds nobody back, because it would for ever.
///
/// A look costs what it changes, not what waits: a line is only looked at from its head, and for passing only so far.
struct Admission: Equatable, Sendable {
    /// How many pods may pass one that waits in front.
    static let passes = 16
    /// How far behind the front it is looked for pods that fit.
    static let reach = 64
    /// So many places of the line are told apart; who stands behind them is told that.
    static let places = 8

    /// What a pod asks of the host.
    struct Claim: Equatable, Sendable {
        var cpuMilli: Int64 = 0
        var memoryBytes: Int64 = 0

        var isNothing: Bool { cpuMilli == 0 && memoryBytes == 0 }
    }

    /// Why a pod waits.
    struct Refusal: Equatable, Sendable {
        let uid: String
        let message: String
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
    /// Who is waited for in front, and how many have passed it.
    private var front: Front?
    /// What those who wait were told is missing.
    private var told: [String: [String]] = [:]

    private struct Front: Equatable, Sendable {
        let uid: String
        var passed = 0
    }

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
        guard isPossible(claim) else { return }
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
        told[uid] = nil
        guard let claim = admitted.removeValue(forKey: uid) else { return }
        used.cpuMilli -= claim.cpuMilli
        used.memoryBytes -= claim.memoryBytes
    }

    /// The pods to start now, and why others wait: those that came since the last look, and the one in front when
    /// something else is missing now than it was told. What the places are by now, `positions` says.
    mutating func admit() -> (admitted: [String], refused: [Refusal]) {
        var taken: [String] = []
        var blocked: WaitingPod?
        while let pod = next(), blocked == nil {
            if shortages(for: pod.claim).isEmpty {
                take(pod.uid, pod.claim)
                taken.append(pod.uid)
            } else {
                blocked = pod
            }
        }
        var news = newcomers
        newcomers = []
        if let blocked {
            if front?.uid != blocked.uid { front = Front(uid: blocked.uid) }
            taken += letPass()
            if let known = told[blocked.uid], known != shortages(for: blocked.claim) { news.append(blocked.uid) }
        } else {
            front = nil
        }
        let left = waiting
        lanes.removeAll { lane in
            var lane = lane
            return lane.asking.first(of: left) == nil && lane.modest.first(of: left) == nil
        }
        return (taken, refusals(news))
    }

    /// Those in front with their places as they are now.
    mutating func positions() -> [Refusal] { refusals(firstPlaces()) }

    /// Those behind the front that fit: some that ask for something, and all that ask for nothing.
    private mutating func letPass() -> [String] {
        var taken: [String] = []
        var reach = Self.reach
        for index in lanes.indices {
            // Too many pods: then nobody gets in.
            guard admitted.count < maxPods else { break }
            if reach > 0, front?.passed ?? 0 < Self.passes {
                for pod in lanes[index].asking.next(reach, of: waiting) {
                    reach -= 1
                    guard front?.passed ?? 0 < Self.passes else { break }
                    if shortages(for: pod.claim).isEmpty {
                        take(pod.uid, pod.claim)
                        taken.append(pod.uid)
                        front?.passed += 1
                    }
                }
            }
            while admitted.count < maxPods, let pod = lanes[index].modest.first(of: waiting) {
                take(pod.uid, pod.claim)
                taken.append(pod.uid)
            }
        }
        return taken
    }

    /// Who stands in front of all.
    private mutating func next() -> WaitingPod? {
        for index in lanes.indices {
            let (asking, modest) = (lanes[index].asking.first(of: waiting), lanes[index].modest.first(of: waiting))
            guard let asking else {
                if let modest { return modest }
                continue
            }
            guard let modest else { return asking }
            return asking.arrival < modest.arrival ? asking : modest
        }
        return nil
    }

    private mutating func firstPlaces() -> [String] {
        var uids: [String] = []
        for index in lanes.indices where uids.count < Self.places {
            let count = Self.places - uids.count
            let pods = lanes[index].asking.next(count, of: waiting) + lanes[index].modest.next(count, of: waiting)
            uids += pods.sorted { $0.arrival < $1.arrival }.prefix(count).map(\.uid)
        }
        return uids
    }

    private mutating func take(_ uid: String, _ claim: Claim) {
        waiting[uid] = nil
        told[uid] = nil
        admitted[uid] = claim
        used.cpuMilli += claim.cpuMilli
        used.memoryBytes += claim.memoryBytes
    }

    // MARK: - Words

    private mutating func refusals(_ uids: [String]) -> [Refusal] {
        if uids.isEmpty { return [] }
        let places = firstPlaces()
        return uids.compactMap { uid in
            guard let pod = waiting[uid] else { return nil }
            told[uid] = shortages(for: pod.claim)
            return Refusal(uid: uid, message: message(for: pod, place: places.firstIndex(of: uid)))
        }
    }

    private func message(for pod: WaitingPod, place: Int?) -> String {
        guard isPossible(pod.claim) else { return impossible(pod.claim) }
        var reasons = shortages(for: pod.claim)
        if reasons.isEmpty { reasons = ["a pod ahead of it is waiting for resources"] }
        let position = place.map { "\($0 + 1)" } ?? "behind the first \(Self.places)"
        return Self.unavailable(reasons) + " Position in the queue: \(position)."
    }

    /// What no wait will change is said with the numbers.
    private func impossible(_ claim: Claim) -> String {
        var reasons: [String] = []
        var words: [String] = []
        func compare(_ name: String, _ asked: Quantity, _ there: Quantity) {
            guard asked > there else { return }
            reasons.append("Insufficient \(name)")
            words.append("\(asked) of \(name), and the host has \(there)")
        }
        compare("cpu", Quantity(milli: claim.cpuMilli), Quantity(milli: capacity.cpuMilli))
        compare("memory", Quantity(bytes: claim.memoryBytes), Quantity(bytes: capacity.memoryBytes))
        return Self.unavailable(reasons)
            + " The pod can never run here: it requests \(words.joined(separator: "; "))."
    }

    private static func unavailable(_ reasons: [String]) -> String {
        "0/1 nodes are available: 1 \(reasons.joined(separator: ", 1 "))."
    }

    private func isPossible(_ claim: Claim) -> Bool {
        claim.cpuMilli <= capacity.cpuMilli && claim.memoryBytes <= capacity.memoryBytes
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
