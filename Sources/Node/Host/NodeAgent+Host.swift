import Containers
import Foundation
import Kube
import Store

extension NodeAgent {
    /// Writes the Node object of this host: what it has, and that it is ready.
    func publishHost() async throws {
        let key = ObjectKey(namespace: nil, name: host.nodeName)
        var node = store.get(HostNode.self, key) ?? HostNode(metadata: ObjectMeta(name: host.nodeName))
        let now = Timestamp(Date())
        var labels = node.metadata.labels ?? [:]
        labels["kubernetes.io/hostname"] = host.nodeName
        labels["kubernetes.io/os"] = "linux"
        labels["kubernetes.io/arch"] = architecture
        node.metadata.labels = labels
        var status = HostNodeStatus()
        let pressure = HostPressure.read(stateDirectory: configuration.stateDirectory)
        let amounts = [
            "cpu": Quantity(milli: host.cpuMilli), "memory": Quantity("\(host.memoryBytes / 1024)Ki"),
            "ephemeral-storage": pressure.diskBytes > 0 ? Quantity("\(pressure.diskBytes / 1024)Ki") : nil,
            "pods": Quantity(milli: Int64(configuration.maxPods) * 1000),
        ].compactMapValues { $0 }
        status.capacity = amounts
        status.allocatable = amounts
        status.addresses = [
            HostNodeAddress(type: "InternalIP", address: host.address),
            HostNodeAddress(type: "Hostname", address: host.nodeName),
        ]
        status.conditions = makeConditions(pressure, node.status?.conditions ?? [], now: now)
        status.nodeInfo = makeSystemInfo()
        node.status = status
        if node.metadata.uid == nil {
            _ = try await store.create(node)
        } else {
            _ = try await store.update(node)
        }
    }

    private func makeConditions(
        _ pressure: HostPressure, _ old: [HostNodeCondition], now: Timestamp
    ) -> [HostNodeCondition] {
        let unusable = runtime.findings.filter { $0.result == .missing }
        let ready = HostNodeCondition(
            type: "Ready", status: unusable.isEmpty ? "True" : "False", at: now,
            reason: unusable.isEmpty ? "KubeletReady" : "KubeletNotReady",
            message: unusable.isEmpty
                ? "stint is posting ready status" : unusable.map { "\($0.name): \($0.found)" }.joined(separator: "; "))
        return (pressure.conditions(at: now) + [ready]).map { condition in
            var condition = condition
            if let before = old.first(where: { $0.type == condition.type }), before.status == condition.status {
                condition.lastTransitionTime = before.lastTransitionTime
            }
            return condition
        }
    }

    /// Looks at the host again, because something began or ended on it; not oftener than a kubelet would.
    func refreshHost() {
        let isDue = state.withLock { state in
            let now = clock.now()
            guard now.timeIntervalSince(state.hostPublishedAt) > 10 else { return false }
            state.hostPublishedAt = now
            return true
        }
        guard isDue else { return }
        Task { [weak self] in
            do { try await self?.publishHost() } catch {
                self?.logger.info("cannot say how the host is", metadata: ["error": "\(error)"])
            }
        }
    }

    private func makeSystemInfo() -> NodeSystemInfo {
        func line(_ path: String) -> String {
            // A fact that cannot be read is shown as empty, as the kubelet does.
            ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        var info = NodeSystemInfo()
        info.machineID = line("/etc/machine-id")
        info.systemUUID = line("/sys/class/dmi/id/product_uuid")
        info.bootID = host.bootID
        info.kernelVersion = line("/proc/sys/kernel/osrelease")
        info.osImage =
            line("/etc/os-release").split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
            .map { $0.dropFirst("PRETTY_NAME=".count).trimmingCharacters(in: CharacterSet(charactersIn: "\"")) }
            ?? "Linux"
        info.containerRuntimeVersion = "stint://\(StintVersion.current)"
        info.kubeletVersion = StintVersion.kubernetes
        info.kubeProxyVersion = ""
        info.architecture = architecture
        return info
    }

    private var architecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    /// For `stint check`.
    public func hostReport() -> HostReport { HostReport(runtime.findings) }

    /// The same for a daemon that does not run, because it cannot or nobody started it.
    public static func checkHost(_ configuration: NodeConfiguration) -> HostReport {
        let tree = Result { () throws(CgroupError) in
            try CgroupTree.detect(parent: configuration.cgroupParent, runDirectory: configuration.runDirectory)
        }
        defer { try? tree.get().removeIfEmpty() }  // to look is not to leave groups behind; a daemon's own are in use
        return HostReport(
            HostFacts.gather(
                tree: tree, stateDirectory: configuration.stateDirectory, initPath: configuration.initPath,
                networkDirectory: configuration.networkDirectory,
                networkPluginDirectories: configuration.networkPluginDirectories
            ).findings)
    }
}

extension HostReport {
    init(_ findings: [HostFinding]) {
        self.init(
            checks: findings.map { finding in
                let result: HostCheck.Result =
                    switch finding.result {
                    case .ok: .ok
                    case .limited: .limited
                    case .missing: .missing
                    }
                return HostCheck(finding.name, result, found: finding.found, advice: finding.advice)
            })
    }
}
