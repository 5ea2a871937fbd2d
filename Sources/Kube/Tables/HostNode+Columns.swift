import Foundation

extension HostNode: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Status", "The status of the node"),
        TableColumn("Roles", "The roles of the node"),
        .age,
        TableColumn("Version", "Kubelet Version reported by the node."),
        TableColumn("Internal-IP", priority: 1, "The internal address of the node."),
        TableColumn("External-IP", priority: 1, "The external address of the node."),
        TableColumn("OS-Image", priority: 1, "OS Image reported by the node from /etc/os-release."),
        TableColumn("Kernel-Version", priority: 1, "Kernel Version reported by the node from 'uname -r'."),
        TableColumn("Container-Runtime", priority: 1, "ContainerRuntime Version reported by the node."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let info = status?.nodeInfo ?? NodeSystemInfo()
        func address(_ type: String) -> JSONValue {
            .string(status?.addresses?.first { $0.type == type }?.address ?? "<none>")
        }
        func orUnknown(_ text: String) -> JSONValue { .string(text.isEmpty ? "<unknown>" : text) }
        return [
            .string(name), .string(statusText), .string(rolesText),
            .string(HumanDuration.since(metadata.creationTimestamp, now: now)), .string(info.kubeletVersion),
            address("InternalIP"), address("ExternalIP"), orUnknown(info.osImage), orUnknown(info.kernelVersion),
            orUnknown(info.containerRuntimeVersion),
        ]
    }

    public var statusText: String {
        let ready = status?.conditions?.first { $0.type == "Ready" }
        let word = ready.map { $0.status == "True" ? "Ready" : "NotReady" } ?? "Unknown"
        return spec?.unschedulable == true ? "\(word),SchedulingDisabled" : word
    }

    private var rolesText: String {
        let prefix = "node-role.kubernetes.io/"
        let roles = (metadata.labels ?? [:]).keys.filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }.filter { !$0.isEmpty }.sorted()
        return roles.isEmpty ? "<none>" : roles.joined(separator: ",")
    }
}
