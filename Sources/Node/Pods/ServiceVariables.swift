import Kube

extension ClusterService {
    /// The variables that tell containers of a Service: its own, and those that Docker's links had (kubelet `envvars`).
    /// A Service without an address has none.
    var environment: [EnvironmentSources.Variable] {
        guard let address = spec.clusterIP, !address.isEmpty, address != "None", let ports = spec.ports,
            let first = ports.first
        else { return [] }
        let name = Self.variable(name)
        // As Go's `net.JoinHostPort`.
        let host = address.contains(":") ? "[\(address)]" : address
        var variables: [(String, String)] = [
            ("\(name)_SERVICE_HOST", address), ("\(name)_SERVICE_PORT", String(first.port)),
        ]
        for port in ports where !(port.name ?? "").isEmpty {
            variables.append(("\(name)_SERVICE_PORT_\(Self.variable(port.name ?? ""))", String(port.port)))
        }
        for (index, port) in ports.enumerated() {
            let transport = port.protocol ?? "TCP"
            let url = "\(transport.lowercased())://\(host):\(port.port)"
            let prefix = "\(name)_PORT_\(port.port)_\(transport.uppercased())"
            if index == 0 { variables.append(("\(name)_PORT", url)) }
            variables += [
                (prefix, url), ("\(prefix)_PROTO", transport.lowercased()), ("\(prefix)_PORT", String(port.port)),
                ("\(prefix)_ADDR", address),
            ]
        }
        return variables.map { EnvironmentSources.Variable(name: $0.0, value: $0.1) }
    }

    private static func variable(_ name: String) -> String { name.uppercased().replacing("-", with: "_") }
}
