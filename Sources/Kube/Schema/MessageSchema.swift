/// One message of the published API: a kind, or a part of one.
public struct MessageSchema: Sendable {
    /// `io.k8s.api.batch.v1.JobSpec`: the name that OpenAPI documents use.
    public let name: String
    /// For people who ask `kubectl explain`.
    public let description: String
    /// A kind carries `apiVersion` and `kind`, which are no fields of the message on the wire.
    public let isKind: Bool
    /// The object has one owner (`x-kubernetes-map-type: atomic`).
    public let isAtomic: Bool
    /// In the order of the published API.
    public let fields: [FieldSchema]

    private let byName: [String: Int]
    private let byNumber: [Int: Int]

    init(name: String, description: String, isKind: Bool, isAtomic: Bool, fields: [FieldSchema]) {
        self.name = name
        self.description = description
        self.isKind = isKind
        self.isAtomic = isAtomic
        self.fields = fields
        byName = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
        byNumber = Dictionary(fields.enumerated().map { ($1.number, $0) }) { first, _ in first }
    }

    public func field(named name: String) -> FieldSchema? { byName[name].map { fields[$0] } }
    public func field(numbered number: Int) -> FieldSchema? { byNumber[number].map { fields[$0] } }

    /// `Job`
    public var shortName: String { String(name.split(separator: ".").last ?? "") }
}

public struct FieldSchema: Sendable {
    /// The field's number on the wire (protobuf).
    public let number: Int
    public let name: String
    public let type: FieldType
    public let description: String
    public let isRequired: Bool
    /// A pointer in Go: absent and zero are different things. The others are left out of JSON when they are zero.
    public let isOptional: Bool
    /// The members of the message stand in the JSON of the owner, not below a name (`json:",inline"`).
    public let isInline: Bool
    /// A list that Go gives a type of its own: on the wire it is field 1 of a message, also as the value of a map.
    public let isWrapped: Bool
    /// A list's; nil for what is no list.
    public let list: ListType?
    /// A map or an object that has one owner.
    public let isAtomic: Bool
    public let patch: PatchStrategy
    /// What the API fills in; part of the key of a list element that leaves it out.
    public let defaultValue: JSONValue?
    /// The only values allowed, when they are few and fixed.
    public let values: [String]
}
