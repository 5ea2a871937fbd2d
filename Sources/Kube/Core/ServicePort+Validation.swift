extension ServiceSpec {
    func validatePorts(_ path: FieldPath) -> [FieldError] {
        let ports = ports ?? []
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = path[index]
            let name = port.name ?? ""
            if name.isEmpty {
                if ports.count > 1 { errors.append(.required(path / "name")) }
            } else {
                errors += Names.problemsOfLabel(name).map { .invalid(path / "name", .string(name), $0) }
                if !names.insert(name).inserted { errors.append(.duplicate(path / "name", .string(name))) }
            }
            errors += port.validate(path)
        }
        for (index, port) in ports.enumerated() where type == "ClusterIP" && (port.nodePort ?? 0) != 0 {
            errors.append(.forbidden(path[index] / "nodePort", "may not be used when `type` is 'ClusterIP'"))
        }
        return errors + validateUnique(ports, path)
    }

    /// Numbers are unique for each protocol, those on the node too.
    private func validateUnique(_ ports: [ServicePort], _ path: FieldPath) -> [FieldError] {
        struct Place: Hashable { let name: String?; let number: Int }
        var errors: [FieldError] = []
        var onNode: Set<Place> = []
        for (index, port) in ports.enumerated() {
            guard let number = port.nodePort, number != 0 else { continue }
            if !onNode.insert(Place(name: port.protocol, number: number)).inserted {
                errors.append(.duplicate(path[index] / "nodePort", .integer(Int64(number))))
            }
        }
        var onService: Set<Place> = []
        for (index, port) in ports.enumerated() {
            guard !onService.insert(Place(name: port.protocol, number: port.port)).inserted else { continue }
            let key: JSONValue = [
                "Name": "", "Protocol": .string(port.protocol ?? ""), "AppProtocol": .null,
                "Port": .integer(Int64(port.port)), "TargetPort": 0, "NodePort": 0,
            ]
            errors.append(.duplicate(path[index], key))
        }
        return errors
    }
}

extension ServicePort {
    private static let numbers = 1...65_535
    private static let numberProblem = "must be between 1 and 65535, inclusive"

    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if !Self.numbers.contains(port) {
            errors.append(.invalid(path / "port", .integer(Int64(port)), Self.numberProblem))
        }
        errors += Rules.oneOf(`protocol`, ["SCTP", "TCP", "UDP"], path / "protocol")
        switch targetPort {
        case .integer(let number)? where !Self.numbers.contains(number):
            errors.append(.invalid(path / "targetPort", .integer(Int64(number)), Self.numberProblem))
        case .string(let name)?:
            errors += Names.problemsOfPortName(name).map { .invalid(path / "targetPort", .string(name), $0) }
        default: break
        }
        if let appProtocol {
            errors += Names.problemsOfQualifiedName(appProtocol).map {
                .invalid(path / "appProtocol", .string(appProtocol), $0)
            }
        }
        if let nodePort, nodePort != 0, !Self.numbers.contains(nodePort) {
            errors.append(.invalid(path / "nodePort", .integer(Int64(nodePort)), Self.numberProblem))
        }
        return errors
    }
}
