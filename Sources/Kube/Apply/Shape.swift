/// What a merge must know of a value: whether its parts have owners of their own, and how they are told apart.
enum Shape: Sendable {
    enum Scalar: Sendable {
        case numeric, string, boolean
        /// Any of them: quantities, times, numbers or names of ports.
        case untyped
    }

    case scalar(Scalar)
    case list(FieldType, ListType)
    case message(MessageSchema, isAtomic: Bool)
    case map(FieldType, isAtomic: Bool)
    /// Anything, with one owner.
    case opaque
    /// Nothing is known: objects are shared member by member, lists have one owner.
    case deduced
    /// An object of which nothing is known.
    case deducedMap
    /// A list of which nothing is known.
    case opaqueList

    var isAtomic: Bool {
        switch self {
        case .list(_, let type): type == .atomic
        case .message(_, let isAtomic), .map(_, let isAtomic): isAtomic
        case .opaque, .opaqueList: true
        case .scalar, .deduced, .deducedMap: false
        }
    }
}

/// Looks shapes up in the schema.
struct Shapes: Sendable {
    let schema: Schema

    /// Kinds that are not in the schema are deduced from their objects.
    func root(_ type: ResourceType) -> Shape {
        schema.message(of: type).map { .message($0, isAtomic: $0.isAtomic) } ?? .deduced
    }

    /// How a list is shared is not how a strategic merge patch merges it: the conditions of a Job have one owner.
    func shape(of field: FieldSchema) -> Shape {
        shape(of: field.type, list: field.list ?? .atomic, isAtomic: field.isAtomic)
    }

    func shape(of type: FieldType, list: ListType = .atomic, isAtomic: Bool = false) -> Shape {
        switch type {
        case .string, .bytes, .duration: .scalar(.string)
        case .bool: .scalar(.boolean)
        case .int32, .int64, .double: .scalar(.numeric)
        case .time, .microTime, .quantity, .intOrString: .scalar(.untyped)
        case .rawExtension: .opaque
        case .fieldsV1: .deduced
        case .message(let name): schema[name].map { .message($0, isAtomic: isAtomic || $0.isAtomic) } ?? .deduced
        case .list(let element): .list(element, list)
        case .map(let element): .map(element, isAtomic: isAtomic)
        }
    }

    /// A field of the message, or of one that it contains without a name.
    func field(_ name: String, of message: MessageSchema) -> FieldSchema? {
        if let field = message.field(named: name), !field.isInline { return field }
        for case let field in message.fields where field.isInline {
            guard case .message(let inner) = field.type, let inner = schema[inner] else { continue }
            if let found = self.field(name, of: inner) { return found }
        }
        return nil
    }

    /// A member of an object that is a message. Nil when the message has none of that name.
    func member(_ name: String, of message: MessageSchema) -> Shape? {
        if let field = field(name, of: message) { return shape(of: field) }
        return message.isKind && (name == "apiVersion" || name == "kind") ? .scalar(.string) : nil
    }

    /// The same for any object. Names that a message does not declare are left to the decoder of the kind, which knows
    /// what it tolerates.
    func member(_ name: String, of shape: Shape) -> (shape: Shape, isDeclared: Bool) {
        switch shape {
        case .message(let message, _): member(name, of: message).map { ($0, true) } ?? (.deduced, false)
        case .map(let type, _): (self.shape(of: type), false)
        case .opaque, .opaqueList: (.opaque, false)
        default: (.deduced, false)
        }
    }

    func element(of shape: Shape) -> Shape {
        if case .list(let type, _) = shape { self.shape(of: type) } else { .opaque }
    }

    /// The shape of one value where several would do.
    func settle(_ shape: Shape, _ value: JSONValue?) -> Shape {
        switch (shape, value) {
        case (.deduced, .array), (.opaque, .array): .opaqueList
        case (.deduced, .bool), (.deduced, .integer), (.deduced, .number), (.deduced, .string): .scalar(.untyped)
        case (.opaque, .bool), (.opaque, .integer), (.opaque, .number), (.opaque, .string): .scalar(.untyped)
        case (.deduced, _): .deducedMap
        default: shape
        }
    }
}
