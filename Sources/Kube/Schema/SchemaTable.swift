/// Messages of one package, written down as text. Parsed once, when something first asks for the schema.
///
///     Job kind | A Job runs pods until enough of them have succeeded.
///       1  metadata  meta.ObjectMeta | …
///       2  spec      JobSpec         | …
///     JobSpec | …
///       1  parallelism    *int32                       | How many pods run at the same time.
///       6  template       core.PodTemplateSpec required | …
///     JobStatus | …
///       1  conditions     []JobCondition atomic merge=type | …
///
/// A message starts at the margin: its name, flags, a bar, what it is. Its fields are indented: the number on the wire, the
/// name in JSON, the type, flags, a bar, what it is for. The numbers and names are those of the published API
/// (`generated.proto` and `types.go` of k8s.io/api); the sentences are ours. Lines that start with `#` say nothing.
///
/// Types: `string bool int32 int64 double bytes Time MicroTime Duration Quantity IntOrString RawExtension FieldsV1`, the
/// name of a message (`JobSpec`, or `core.PodSpec` of another package), `[]T`, `map[T]`, and `*T` where Go has a pointer.
///
/// Flags of a message: `kind`, `atomic`. Flags of a field: `required`, `inline`, `atomic`, `set`, `map=key,key`, `merge=key`
/// (merged by a strategic patch; only `merge` for plain values), `retainKeys`, `wrapped`, `default=value` (nothing after
/// the sign is the empty text), `enum=A,B` (again for more values).
struct SchemaTable: Sendable {
    /// `io.k8s.api.batch.v1`
    let package: String
    let text: String

    init(_ package: String, _ text: String) {
        self.package = package
        self.text = text
    }

    /// What stands before the dot in a type's name.
    private static let aliases = [
        "core": "io.k8s.api.core.v1", "meta": Schema.meta, "batch": "io.k8s.api.batch.v1",
        "authentication": "io.k8s.api.authentication.v1",
    ]

    private static let scalars: [String: FieldType] = [
        "string": .string, "bool": .bool, "int32": .int32, "int64": .int64, "double": .double, "bytes": .bytes,
        "Time": .time, "MicroTime": .microTime, "Duration": .duration, "Quantity": .quantity,
        "IntOrString": .intOrString, "RawExtension": .rawExtension, "FieldsV1": .fieldsV1,
    ]

    func messages() throws(SchemaError) -> [MessageSchema] {
        var messages: [MessageSchema] = []
        var header: (words: [Substring], description: String)?
        var fields: [FieldSchema] = []
        func finish() {
            guard let (words, description) = header else { return }
            messages.append(
                MessageSchema(
                    name: "\(package).\(words[0])", description: description, isKind: words.contains("kind"),
                    isAtomic: words.dropFirst().contains("atomic"), fields: fields))
            fields = []
        }
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let halves = line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            let words = halves[0].split(separator: " ")
            guard !words.isEmpty else { continue }
            let description = halves.count == 2 ? String(halves[1].drop { $0 == " " }) : ""
            if line.first == " " {
                guard header != nil else { throw .malformed(String(line)) }
                fields.append(try field(words, description, in: line))
            } else {
                guard words.dropFirst().allSatisfy({ $0 == "kind" || $0 == "atomic" }) else {
                    throw .malformed(String(line))
                }
                finish()
                header = (words, description)
            }
        }
        finish()
        return messages
    }

    private func field(_ words: [Substring], _ description: String, in line: Substring) throws(SchemaError)
        -> FieldSchema
    {
        guard words.count >= 3, let number = Int(words[0]) else { throw .malformed(String(line)) }
        let isPointer = words[2].first == "*"
        let type = try type(isPointer ? words[2].dropFirst() : words[2])
        var (isRequired, isInline, isAtomic, isWrapped) = (false, false, false, false)
        var list: ListType?
        if case .list = type { list = .atomic }
        var patch = PatchStrategy()
        var defaultValue: JSONValue?
        var values: [String] = []
        for word in words.dropFirst(3) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1]) : nil
            switch (parts[0], value) {
            case ("required", nil): isRequired = true
            case ("inline", nil): isInline = true
            case ("atomic", nil): isAtomic = true
            case ("wrapped", nil): isWrapped = true
            case ("set", nil): list = .set
            case ("map", let keys?): list = .map(keys: keys.split(separator: ",").map(String.init))
            case ("merge", let key): (patch.merges, patch.mergeKey) = (true, key)
            case ("retainKeys", nil): patch.retainsKeys = true
            case ("default", let value?): defaultValue = Self.value(value, type)
            case ("enum", let list?): values += list.split(separator: ",").map(String.init)
            default: throw .malformed(String(line))
            }
        }
        return FieldSchema(
            number: number, name: String(words[1]), type: type, description: description, isRequired: isRequired,
            isOptional: isPointer, isInline: isInline, isWrapped: isWrapped, list: list, isAtomic: isAtomic,
            patch: patch,
            defaultValue: defaultValue, values: values)
    }

    private func type(_ word: Substring) throws(SchemaError) -> FieldType {
        if word.hasPrefix("[]") { return .list(try type(word.dropFirst(2))) }
        if word.hasPrefix("map["), word.hasSuffix("]") { return .map(try type(word.dropFirst(4).dropLast())) }
        if let scalar = Self.scalars[String(word)] { return scalar }
        let parts = word.split(separator: ".")
        if parts.count == 1 { return .message("\(package).\(word)") }
        guard parts.count == 2, let package = Self.aliases[String(parts[0])] else { throw .unknownType(String(word)) }
        return .message("\(package).\(parts[1])")
    }

    private static func value(_ text: String, _ type: FieldType) -> JSONValue {
        switch type {
        case .bool: .bool(text == "true")
        case .int32, .int64: Int64(text).map(JSONValue.integer) ?? .string(text)
        default: .string(text)
        }
    }
}

enum SchemaError: Error, Hashable {
    case malformed(String)
    case unknownType(String)
    case repeated(String)
}
