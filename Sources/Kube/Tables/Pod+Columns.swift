import Foundation

extension Pod: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Ready", "The aggregate readiness state of this pod for accepting traffic."),
        TableColumn("Status", "The aggregate status of the containers in this pod."),
        TableColumn(
            "Restarts",
            "The number of times the containers in this pod have been restarted and when the last container in this "
                + "pod has restarted."),
        .age,
        TableColumn("IP", priority: 1, "podIP address allocated to the pod."),
        TableColumn("Node", priority: 1, "The node this pod runs on."),
        TableColumn(
            "Nominated Node", priority: 1,
            "nominatedNodeName is set only when this pod preempts other pods on the node."),
        TableColumn(
            "Readiness Gates", priority: 1,
            "If specified, all readiness gates will be evaluated for pod readiness."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let summary = PodSummary(of: self)
        var restarts = "\(summary.restarts)"
        if summary.restarts != 0, let last = summary.lastRestart {
            restarts += " (\(HumanDuration.since(last, now: now)) ago)"
        }
        func orNone(_ text: String?) -> JSONValue { .string(text ?? "" == "" ? "<none>" : text ?? "") }
        return [
            .string(name), .string("\(summary.ready)/\(spec.containers.count)"), .string(summary.status),
            .string(restarts), .string(HumanDuration.since(metadata.creationTimestamp, now: now)),
            orNone(status?.podIPs?.first?["ip"]?.string ?? status?.podIP), orNone(spec.nodeName),
            orNone(status?.nominatedNodeName), .string(readinessGatesText),
        ]
    }

    public var rowConditions: [TableRowCondition]? {
        switch status?.phase {
        case "Succeeded":
            [
                TableRowCondition(
                    type: "Completed", status: "True", reason: "Succeeded",
                    message: "The pod has completed successfully.")
            ]
        case "Failed":
            [TableRowCondition(type: "Completed", status: "True", reason: "Failed", message: "The pod failed.")]
        default: nil
        }
    }

    /// The STATUS column.
    public var statusText: String { PodSummary(of: self).status }

    private var readinessGatesText: String {
        guard let gates = spec.readinessGates, !gates.isEmpty else { return "<none>" }
        let open = gates.count { gate in
            status?.conditions?.contains { $0.type == gate["conditionType"]?.string && $0.status == "True" } == true
        }
        return "\(open)/\(gates.count)"
    }
}

/// What one line can say of a pod: upstream's `printPod`.
struct PodSummary {
    var status: String
    var ready = 0
    var restarts = 0
    var lastRestart: Timestamp?

    init(of pod: Pod) {
        let podStatus = pod.status ?? PodStatus()
        let phase = podStatus.phase ?? ""
        status = podStatus.reason ?? "" == "" ? phase : podStatus.reason ?? ""
        func has(_ type: String) -> Bool {
            podStatus.conditions?.contains { $0.type == type && $0.status == "True" } == true
        }
        if podStatus.conditions?.contains(where: { $0.type == "PodScheduled" && $0.reason == "SchedulingGated" })
            == true
        {
            status = "SchedulingGated"
        }
        let isInitializing = describeInitContainers(podStatus, count: pod.spec.initContainers?.count ?? 0)
        if !isInitializing || has("Initialized") {
            describeContainers(podStatus, isReady: has("Ready"))
        }
        if pod.metadata.deletionTimestamp != nil, podStatus.reason == "NodeLost" {
            status = "Unknown"
        } else if pod.metadata.deletionTimestamp != nil, phase != "Succeeded", phase != "Failed" {
            status = "Terminating"
        }
    }

    /// The first that is not done tells the status. Answers whether there is one.
    private mutating func describeInitContainers(_ podStatus: PodStatus, count: Int) -> Bool {
        for (index, container) in (podStatus.initContainerStatuses ?? []).enumerated() {
            countRestarts(of: container)
            if let ended = container.state?.terminated {
                if ended.exitCode == 0 { continue }
                status = "Init:" + Self.text(of: ended)
            } else if let reason = container.state?.waiting?.reason, !reason.isEmpty, reason != "PodInitializing" {
                status = "Init:" + reason
            } else {
                status = "Init:\(index)/\(count)"
            }
            return true
        }
        return false
    }

    /// The first container in the list has the last word.
    private mutating func describeContainers(_ podStatus: PodStatus, isReady: Bool) {
        restarts = 0
        lastRestart = nil
        var hasRunning = false
        for container in (podStatus.containerStatuses ?? []).reversed() {
            countRestarts(of: container)
            if let reason = container.state?.waiting?.reason, !reason.isEmpty {
                status = reason
            } else if let ended = container.state?.terminated {
                status = Self.text(of: ended)
            } else if container.ready, container.state?.running != nil {
                hasRunning = true
                ready += 1
            }
        }
        if status == "Completed", hasRunning { status = isReady ? "Running" : "NotReady" }
    }

    private mutating func countRestarts(of container: ContainerStatus) {
        restarts += container.restartCount
        guard let finished = container.lastState?.terminated?.finishedAt else { return }
        lastRestart = max(lastRestart ?? finished, finished)
    }

    private static func text(of ended: ContainerStateTerminated) -> String {
        if let reason = ended.reason, !reason.isEmpty { return reason }
        if let signal = ended.signal, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(ended.exitCode)"
    }
}
