/// A pod that waits to be taken in.
struct WaitingPod: Equatable, Sendable {
    let uid: String
    let priority: Int
    /// Counts up; the lower one came first.
    let arrival: Int
    let claim: Admission.Claim
}

/// Pods in the order in which they came. One that leaves from the middle is forgotten elsewhere and skipped here, so
/// that every pod costs the same however long the line is.
struct WaitingLine: Equatable, Sendable {
    private var pods: [WaitingPod] = []
    private var head = 0

    mutating func append(_ pod: WaitingPod) { pods.append(pod) }

    /// The first that still waits.
    mutating func first(of waiting: [String: WaitingPod]) -> WaitingPod? {
        while head < pods.count, waiting[pods[head].uid] != pods[head] { head += 1 }
        if head > 64, head * 2 > pods.count {
            pods.removeFirst(head)
            head = 0
        }
        return head < pods.count ? pods[head] : nil
    }

    /// The first ones that still wait, up to so many. Where many have left from the middle they are fewer, because it is
    /// looked only so far.
    mutating func next(_ count: Int, of waiting: [String: WaitingPod]) -> [WaitingPod] {
        guard first(of: waiting) != nil else { return [] }
        var found: [WaitingPod] = []
        for pod in pods[head...].prefix(count + 256) {
            if found.count == count { break }
            if waiting[pod.uid] == pod { found.append(pod) }
        }
        return found
    }
}
