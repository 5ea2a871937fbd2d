/// Whether a pod that has its place may have more or less room (the kubelet's allocation manager).
enum ResizeVerdict: Equatable, Sendable {
    case granted
    /// There is no room at the moment.
    case deferred(String)
    /// There never will be.
    case infeasible(String)
}

extension Admission {
    /// Gives a pod that was taken in the room that it asks for now, if it is there. Only what grows has to fit: a host that is
    /// over-full lets every pod ask for less.
    mutating func resize(uid: String, to claim: Claim) -> ResizeVerdict {
        guard let own = admitted[uid] else { return .granted }
        if claim.memoryBytes > capacity.memoryBytes {
            return .infeasible(Self.tooMuch("memory", claim.memoryBytes, capacity.memoryBytes))
        }
        if claim.cpuMilli > capacity.cpuMilli {
            return .infeasible(Self.tooMuch("cpu", claim.cpuMilli, capacity.cpuMilli))
        }
        let others = Claim(cpuMilli: used.cpuMilli - own.cpuMilli, memoryBytes: used.memoryBytes - own.memoryBytes)
        if claim.cpuMilli > own.cpuMilli, others.cpuMilli + claim.cpuMilli > capacity.cpuMilli {
            return .deferred(Self.noRoom("cpu", claim.cpuMilli, others.cpuMilli, capacity.cpuMilli))
        }
        if claim.memoryBytes > own.memoryBytes, others.memoryBytes + claim.memoryBytes > capacity.memoryBytes {
            return .deferred(Self.noRoom("memory", claim.memoryBytes, others.memoryBytes, capacity.memoryBytes))
        }
        admitted[uid] = claim
        used.cpuMilli = others.cpuMilli + claim.cpuMilli
        used.memoryBytes = others.memoryBytes + claim.memoryBytes
        return .granted
    }

    private static func tooMuch(_ name: String, _ asked: Int64, _ capacity: Int64) -> String {
        "Node didn't have enough capacity: \(name), requested: \(asked), capacity: \(capacity)"
    }

    private static func noRoom(_ name: String, _ asked: Int64, _ used: Int64, _ capacity: Int64) -> String {
        "Node didn't have enough resource: \(name), requested: \(asked), used: \(used), capacity: \(capacity)"
    }
}

/// Resizes that wait for room, the oldest first. They come before pods that wait to be taken in.
struct WaitingResizes: Sendable {
    private var waiting: [(uid: String, claim: Admission.Claim)] = []

    /// Keeps its place when it asks for something else.
    mutating func wait(_ uid: String, _ claim: Admission.Claim) {
        if let index = waiting.firstIndex(where: { $0.uid == uid }) {
            waiting[index].claim = claim
        } else {
            waiting.append((uid, claim))
        }
    }

    mutating func forget(_ uid: String) { waiting.removeAll { $0.uid == uid } }

    /// Those that have the room now.
    mutating func grant(_ admission: inout Admission) -> [String] {
        if waiting.isEmpty { return [] }
        let granted = waiting.filter { admission.resize(uid: $0.uid, to: $0.claim) == .granted }.map(\.uid)
        waiting.removeAll { granted.contains($0.uid) }
        return granted
    }
}
