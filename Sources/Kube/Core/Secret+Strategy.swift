extension Secret: Strategic {
    /// Upstream merges `stringData` when it reads the object, before anything looks at it.
    public mutating func applyDefaults() {
        if let stringData, !stringData.isEmpty {
            data = (data ?? [:]).merging(stringData.mapValues { Base64Bytes($0.utf8) }) { _, written in written }
        }
        stringData = nil
        if type ?? "" == "" { type = Self.opaque }
    }

    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + validateData()
    }

    public func validateUpdate(old: Secret) -> [FieldError] {
        var errors = metadata.validateUpdate(old: old.metadata)
        errors += Rules.immutable(type, old.type, "type")
        if old.immutable == true {
            let detail = "field is immutable when `immutable` is set"
            if immutable != true { errors.append(.forbidden("immutable", detail)) }
            if data ?? [:] != old.data ?? [:] { errors.append(.forbidden("data", detail)) }
        }
        return errors + validateData()
    }

    private func validateData() -> [FieldError] {
        let path: FieldPath = "data"
        let data = data ?? [:]
        var errors = data.keys.sorted().flatMap { key in
            Names.problemsOfConfigKey(key).map { FieldError.invalid(path[key: key], .string(key), $0) }
        }
        if data.values.reduce(0, { $0 + $1.bytes.count }) > ConfigMap.maximumBytes {
            errors.append(.tooLong(path, maximum: ConfigMap.maximumBytes))
        }
        return errors + validateType(data, path)
    }

    /// The keys a type requires. The paths `data[%s][…]` are upstream's, as they are.
    private func validateType(_ data: [String: Base64Bytes], _ path: FieldPath) -> [FieldError] {
        let odd: FieldPath = "data[%s]"
        switch type ?? "" {
        case Self.serviceAccountToken:
            guard metadata.annotations?[Self.serviceAccountName] ?? "" == "" else { return [] }
            return [.required(FieldPath("metadata.annotations")[key: Self.serviceAccountName])]
        case Self.basicAuth:
            guard data["username"] == nil, data["password"] == nil else { return [] }
            return [.required(odd[key: "username"]), .required(odd[key: "password"])]
        case Self.sshAuth:
            return data["ssh-privatekey"]?.bytes.isEmpty == false ? [] : [.required(odd[key: "ssh-privatekey"])]
        case Self.tls:
            return ["tls.crt", "tls.key"].filter { data[$0] == nil }.map { .required(path[key: $0]) }
        case let type:
            guard let key = Self.documents[type] else { return [] }
            guard let document = data[key] else { return [.required(path[key: key])] }
            return Self.problem(of: document).map {
                [.invalid(path[key: key], "<secret contents redacted>", $0)]
            } ?? []
        }
    }

    /// What is wrong with a document, without a word of it.
    private static func problem(of document: Base64Bytes) -> String? {
        if document.bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
            return "unexpected end of JSON input"
        }
        let found: String
        do {
            switch try KubeJSON.parse(document.bytes) {
            case .object, .null: return nil
            case .array: found = "array"
            case .string: found = "string"
            case .bool: found = "bool"
            case .integer, .number: found = "number"
            }
        } catch {
            return "not a JSON document"
        }
        return "json: cannot unmarshal \(found) into Go value of type map[string]interface {}"
    }
}
