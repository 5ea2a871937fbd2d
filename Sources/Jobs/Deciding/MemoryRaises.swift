import Foundation
import Kube

/// How often pods were given more memory (`stint.dev/oom-retry`): for the whole of a NonIndexed Job, because any of its pods
/// may do any of its work; for an Indexed Job by index. Kept in an annotation of the Job, which is written in the
/// transaction that lets the killed pod go.
struct MemoryRaises: Equatable {
    private let policy: OOMRetry?
    private let isIndexed: Bool
    /// The template's.
    private let limits: [Quantity]
    private var levels: [Int: Int] = [:]
    private static let wholeJob = -1

    init(of job: Job) {
        policy = job.oomRetry
        isIndexed = job.isIndexed
        limits = policy == nil ? [] : job.spec.template.spec.containers.compactMap { $0.resources?.limits?["memory"] }
        if policy != nil { levels = Self.parse(job.metadata.annotations?[StintAnnotation.oomRetries] ?? "") }
    }

    /// How often a new pod's memory has been raised.
    func level(of index: Int?) -> Int { levels[isIndexed ? index ?? Self.wholeJob : Self.wholeJob] ?? 0 }

    /// True for a pod that was killed for want of memory, where another may get more than it had.
    func canHelp(_ pod: Pod) -> Bool {
        guard let policy, pod.phase == "Failed", pod.wasKilledForMemory else { return false }
        let raises = pod.memoryRaises
        return raises < policy.attempts && limits.contains { policy.limit($0, raises + 1) > policy.limit($0, raises) }
    }

    /// The next pod gets more than this one had; nothing happens if it does already.
    mutating func raise(after pod: Pod) {
        let place = isIndexed ? pod.completionIndex ?? Self.wholeJob : Self.wholeJob
        levels[place] = max(levels[place] ?? 0, pod.memoryRaises + 1)
    }

    /// `2`, or by index `3=1,7=2`.
    var annotation: String? {
        if levels.isEmpty { return nil }
        return levels.sorted { $0.key < $1.key }.map {
            $0.key == Self.wholeJob ? "\($0.value)" : "\($0.key)=\($0.value)"
        }
        .joined(separator: ",")
    }

    /// Parts that cannot be read are left out: people can edit annotations.
    private static func parse(_ text: String) -> [Int: Int] {
        var levels: [Int: Int] = [:]
        for part in text.split(separator: ",") {
            let numbers = part.split(separator: "=").compactMap { Int($0) }.filter { $0 >= 0 }
            if numbers.count == 1 { levels[wholeJob] = numbers[0] }
            if numbers.count == 2 { levels[numbers[0]] = numbers[1] }
        }
        return levels
    }
}

extension OOMRetry {
    /// A memory limit after so many raises.
    func limit(_ limit: Quantity, _ raises: Int) -> Quantity {
        guard raises > 0 else { return limit }
        let bytes = min(Double(limit.value) * pow(factor, Double(raises)), Double(Int64.max / 2))
        let grown = Quantity(bytes: Int64(bytes.rounded(.up)))
        return maximum.map { max(limit, min(grown, $0)) } ?? grown
    }
}

extension Container {
    /// With memory limits raised; requests that were equal to them stay equal, so that the pod keeps its QoS class.
    func raisingMemory(_ policy: OOMRetry, _ raises: Int) -> Container {
        guard raises > 0, let limit = resources?.limits?["memory"] else { return self }
        var copy = self
        let grown = policy.limit(limit, raises)
        copy.resources?.limits?["memory"] = grown
        if resources?.requests?["memory"] == limit { copy.resources?.requests?["memory"] = grown }
        return copy
    }
}

extension Pod {
    /// How often the memory of this pod had been raised when it was made.
    var memoryRaises: Int {
        guard let text = metadata.annotations?[StintAnnotation.oomRetries], let number = Int(text), number > 0 else {
            return 0
        }
        return number
    }

    var wasKilledForMemory: Bool {
        (status?.containerStatuses ?? []).contains { $0.state?.terminated?.reason == "OOMKilled" }
    }
}
