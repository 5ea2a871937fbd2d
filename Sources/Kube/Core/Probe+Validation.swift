/// What a check or a hook does; exactly one of them (upstream's `commonHandler`).
private struct Handler {
    var exec: ExecAction?
    var httpGet: HTTPGetAction?
    var tcpSocket: JSONValue?
    var tcpPort: IntOrString?
    var grpc: JSONValue?
    var sleep: SleepAction?

    func validate(grace: Int64?, _ path: FieldPath) -> [FieldError] {
        let actions: [(field: String, isSet: Bool, errors: (FieldPath) -> [FieldError])] = [
            ("exec", exec != nil, { exec?.validate($0) ?? [] }),
            ("httpGet", httpGet != nil, { httpGet?.validate($0) ?? [] }),
            ("tcpSocket", tcpSocket != nil || tcpPort != nil, { tcpPort?.validatePort($0 / "port") ?? [] }),
            ("grpc", grpc != nil, { _ in [] }),
            ("sleep", sleep != nil, { sleep?.validate(grace: grace, $0) ?? [] }),
        ]
        var errors: [FieldError] = []
        var count = 0
        for action in actions where action.isSet {
            count += 1
            errors +=
                count > 1
                ? [.forbidden(path / action.field, "may not specify more than 1 handler type")]
                : action.errors(path / action.field)
        }
        return count == 0 ? [.required(path, "must specify a handler type")] : errors
    }
}

extension Probe {
    /// Upstream's `validateProbe`.
    private func validate(grace: Int64?, _ path: FieldPath) -> [FieldError] {
        var errors = Handler(exec: exec, httpGet: httpGet, tcpPort: tcpSocket?.port, grpc: grpc)
            .validate(grace: grace, path)
        for (field, value) in [
            ("initialDelaySeconds", initialDelaySeconds), ("timeoutSeconds", timeoutSeconds),
            ("periodSeconds", periodSeconds), ("successThreshold", successThreshold),
            ("failureThreshold", failureThreshold),
        ] { errors += Rules.nonnegative(value, path / field) }
        if let own = terminationGracePeriodSeconds, own <= 0 {
            errors.append(.invalid(path / "terminationGracePeriodSeconds", .integer(own), "must be greater than 0"))
        }
        return errors
    }

    /// A container that failed is ended, so it cannot need two successes to be well again.
    func validateEnding(grace: Int64?, _ path: FieldPath) -> [FieldError] {
        var errors = validate(grace: grace, path)
        if let successThreshold, successThreshold != 1 {
            errors.append(.invalid(path / "successThreshold", .integer(Int64(successThreshold)), "must be 1"))
        }
        return errors
    }

    func validateReadiness(grace: Int64?, _ path: FieldPath) -> [FieldError] {
        var errors = validate(grace: grace, path)
        if let own = terminationGracePeriodSeconds {
            errors.append(
                .invalid(
                    path / "terminationGracePeriodSeconds", .integer(own), "must not be set for readinessProbes"))
        }
        return errors
    }
}

extension Lifecycle {
    /// - Parameter os: `spec.os.name`
    func validate(grace: Int64?, os: String?, _ path: FieldPath) -> [FieldError] {
        let errors = [("postStart", postStart), ("preStop", preStop)].flatMap { field, handler in
            handler.map {
                Handler(exec: $0.exec, httpGet: $0.httpGet, tcpSocket: $0.tcpSocket, sleep: $0.sleep)
                    .validate(grace: grace, path / field)
            } ?? []
        }
        return errors + validateStopSignal(os: os, path / "stopSignal")
    }

    /// Upstream's `validateStopSignal`.
    private func validateStopSignal(os: String?, _ path: FieldPath) -> [FieldError] {
        guard let stopSignal else { return [] }
        guard os != nil else {
            return [.forbidden(path, "may not be set for containers with empty `spec.os.name`")]
        }
        return Rules.oneOf(stopSignal, Self.stopSignals, path)
    }

    static let stopSignals = SchemaTable.signals.split(separator: ",").map(String.init)
}

extension ExecAction {
    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        guard let command, !command.isEmpty else { return [.required(path / "command")] }
        return command.indices.filter { command[$0].utf8.contains(0) }.map {
            .invalid((path / "command")[$0], .string(command[$0]), "must not contain a NUL character")
        }
    }
}

extension HTTPGetAction {
    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        var errors = self.path ?? "" == "" ? [FieldError.required(path / "path")] : []
        errors += port.validatePort(path / "port")
        errors += Rules.oneOf(scheme, ["HTTP", "HTTPS"], path / "scheme")
        for header in httpHeaders ?? [] {
            errors += Names.problemsOfHeaderName(header.name).map {
                .invalid(path / "httpHeaders", .string(header.name), $0)
            }
        }
        return errors
    }
}

extension SleepAction {
    fileprivate func validate(grace: Int64?, _ path: FieldPath) -> [FieldError] {
        guard let grace, seconds < 0 || seconds > grace else { return [] }
        return [
            .invalid(
                path, .integer(seconds), "must be non-negative and less than terminationGracePeriodSeconds (\(grace))")
        ]
    }
}

extension IntOrString {
    /// Upstream's `ValidatePortNumOrName`.
    func validatePort(_ path: FieldPath) -> [FieldError] {
        switch self {
        case .integer(let number):
            (1...65_535).contains(number)
                ? [] : [.invalid(path, .integer(Int64(number)), "must be between 1 and 65535, inclusive")]
        case .string(let name): Names.problemsOfPortName(name).map { .invalid(path, .string(name), $0) }
        }
    }
}
