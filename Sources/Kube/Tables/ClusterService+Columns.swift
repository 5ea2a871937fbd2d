import Foundation

extension ClusterService: Tabular {
    public static let columns: [TableColumn] = [
        .name,
        TableColumn("Type", "How the service is reached."),
        TableColumn("Cluster-IP", "The address of the service inside the cluster."),
        TableColumn("External-IP", "Addresses from outside, if there are any."),
        TableColumn("Port(s)", "The ports of the service."),
        .age,
        TableColumn("Selector", priority: 1, "Labels of the pods behind the service."),
    ]

    public func cells(now: Date) -> [JSONValue] {
        let ports = (spec.ports ?? []).map { port in
            let node = (port.nodePort ?? 0) > 0 ? ":\(port.nodePort ?? 0)" : ""
            return "\(port.port)\(node)/\(port.protocol ?? "")"
        }
        let selector = (spec.selector ?? [:]).sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        func list(_ words: [String]) -> JSONValue { .string(words.isEmpty ? "<none>" : words.joined(separator: ",")) }
        return [
            .string(name), .string(spec.type ?? ""), .string(spec.clusterIPs?.first ?? "<none>"), .string(externalText),
            list(ports), .string(HumanDuration.since(metadata.creationTimestamp, now: now)), list(selector),
        ]
    }

    private var externalText: String {
        let addresses = spec.externalIPs ?? []
        switch spec.type {
        case "ClusterIP", "NodePort": return addresses.isEmpty ? "<none>" : addresses.joined(separator: ",")
        case "LoadBalancer":
            let ingress = Set((status?.loadBalancer?.ingress ?? []).compactMap { $0.ip ?? $0.hostname }).sorted()
            let all = ingress + addresses
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        case "ExternalName": return spec.externalName ?? ""
        default: return "<unknown>"
        }
    }
}
