import Containers
import Foundation
import Kube

/// What was asked of the kernel for a pod, and what of it was seen to be held. A value; from it the annotation is made.
///
/// Limits are in it because they were read back and equal: a pod whose limits the kernel does not take is not started.
/// What is said of a process was looked at once, after its exec, and is missing of one that had ended by then.
struct ReceiptBook: Sendable {
    /// Of one attempt of a container.
    private struct Attempt: Sendable {
        var limits: CgroupLimits
        var resources: ResourceRequirements?
        var capabilities: CapabilitySet
        var seccomp: SeccompProfileChoice
        var noNewPrivileges: Bool
        var oomScoreAdjust: Int
    }

    /// Starts with what an earlier daemon wrote.
    private var receipt: Receipt
    /// For the annotation; empty when nothing is known.
    private(set) var text: String
    private var podLimits: CgroupLimits?
    private var attempts: [String: Attempt] = [:]
    /// Of containers that an earlier daemon started.
    private var resizes: [String: (limits: CgroupLimits, resources: ResourceRequirements?)] = [:]
    /// Something was ordered or has begun since the kernel was last looked at.
    private(set) var isStale = false

    init(_ pod: Pod) {
        let written = pod.isBound ? pod.metadata.annotations?[Receipt.annotation] : nil
        receipt = written.map { Receipt(parsing: $0) } ?? Receipt()
        text = receipt.text
    }

    mutating func ask(pod limits: CgroupLimits) {
        podLimits = limits
        isStale = true
    }

    mutating func ask(_ plan: ContainerPlan, _ resources: ResourceRequirements?) {
        attempts[plan.name] = Attempt(
            limits: plan.limits, resources: resources, capabilities: plan.capabilities, seccomp: plan.seccomp,
            noNewPrivileges: plan.noNewPrivileges, oomScoreAdjust: plan.oomScoreAdjust)
        resizes[plan.name] = nil
        isStale = true
    }

    /// A container that runs is to have other limits.
    mutating func ask(_ container: String, _ limits: CgroupLimits, _ resources: ResourceRequirements?) {
        if attempts[container] == nil { resizes[container] = (limits, resources) }
        attempts[container]?.limits = limits
        attempts[container]?.resources = resources
        isStale = true
    }

    mutating func noteStart() { if !attempts.isEmpty { isStale = true } }

    mutating func take(_ seen: PodReceipt) {
        isStale = false
        if let podLimits { receipt.merge(Receipt.podGroup, Self.items(podLimits, nil, seen.pod)) }
        for (name, resize) in resizes.sorted(by: { $0.key < $1.key }) {
            let items = Self.items(resize.limits, resize.resources, seen.containers[name] ?? [])
            receipt.merge(Receipt.group(of: name), items)
        }
        for (name, attempt) in attempts.sorted(by: { $0.key < $1.key }) {
            let limits = Self.items(attempt.limits, attempt.resources, seen.containers[name] ?? [])
            let process = seen.processes[name].map { Self.items(attempt, $0) } ?? []
            receipt.set(Receipt.group(of: name), limits + process)
        }
        text = receipt.text
    }

    // MARK: Words

    /// Files about one limit stand together.
    static func items(
        _ limits: CgroupLimits, _ resources: ResourceRequirements?, _ held: [HeldSetting]
    ) -> [Receipt.Item] {
        var items: [Receipt.Item] = []
        var last: HeldSetting.Limit?
        for setting in held {
            let kernel = "\(setting.file) \(setting.value)"
            if setting.limit == last {
                items[items.count - 1].kernel += ", \(kernel)"
            } else {
                items.append(Receipt.Item(asked: words(setting.limit, limits, resources), kernel: kernel))
            }
            last = setting.limit
        }
        return items
    }

    private static func words(
        _ limit: HeldSetting.Limit, _ limits: CgroupLimits, _ resources: ResourceRequirements?
    ) -> String {
        switch limit {
        case .cpuLimit:
            let amount = resources?.limits?["cpu"] ?? Quantity(milli: Int64(limits.cpuLimitMillis ?? 0))
            return "cpu limit \(amount.text)"
        case .cpuRequest:
            let written = resources?.requests?["cpu"] ?? resources?.limits?["cpu"]
            return "cpu request \((written ?? Quantity(milli: Int64(limits.cpuRequestMillis ?? 0))).text)"
        case .memory:
            let amount = resources?.limits?["memory"] ?? Quantity(bytes: limits.memoryLimitBytes ?? 0)
            return "memory limit \(amount.text)"
        case .swap: return "swap 0"
        case .outOfMemoryGroup: return "killed as a whole"
        case .processes: return "processes \(limits.pids.map(String.init) ?? "default")"
        }
    }

    private static func items(_ attempt: Attempt, _ seen: ProcessFacts) -> [Receipt.Item] {
        let profile =
            switch attempt.seccomp {
            case .runtimeDefault: "RuntimeDefault"
            case .unconfined: "Unconfined"
            case .localhost(let name): "Localhost \(name)"
            }
        return [
            Receipt.Item(
                asked: "capabilities \(hexadecimal(attempt.capabilities.mask))",
                kernel: "CapBnd \(hexadecimal(seen.boundingCapabilities))"),
            Receipt.Item(asked: "seccomp \(profile)", kernel: "Seccomp \(seen.seccomp)"),
            Receipt.Item(
                asked: "\(attempt.noNewPrivileges ? "no " : "")new privileges",
                kernel: "NoNewPrivs \(seen.noNewPrivileges ? 1 : 0)"),
            Receipt.Item(
                asked: "oom score \(attempt.oomScoreAdjust)", kernel: "oom_score_adj \(seen.oomScoreAdjust)"),
        ]
    }

    private static func hexadecimal(_ mask: UInt64) -> String { String(mask, radix: 16) }
}
