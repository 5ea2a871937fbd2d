/// Types that are messages for Go, and text, numbers or anything at all in JSON: they have models of their own.
enum OpenAPILeaf {
    case time, microTime, duration, quantity, intOrString, rawExtension, fieldsV1
    /// The body of a patch, of any kind.
    case patch

    init?(_ type: FieldType) {
        switch type {
        case .time: self = .time
        case .microTime: self = .microTime
        case .duration: self = .duration
        case .quantity: self = .quantity
        case .intOrString: self = .intOrString
        case .rawExtension: self = .rawExtension
        case .fieldsV1: self = .fieldsV1
        default: return nil
        }
    }

    var name: String {
        switch self {
        case .time: "\(Schema.meta).Time"
        case .microTime: "\(Schema.meta).MicroTime"
        case .duration: "\(Schema.meta).Duration"
        case .quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity"
        case .intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
        case .rawExtension: "io.k8s.apimachinery.pkg.runtime.RawExtension"
        case .fieldsV1: "\(Schema.meta).FieldsV1"
        case .patch: "\(Schema.meta).Patch"
        }
    }

    /// Version 2 cannot say "one of two types", so it says string, and clients let numbers pass as such.
    func model(_ dialect: OpenAPIDialect) -> JSONValue {
        let isV3 = dialect == .v3
        var model: [String: JSONValue] = ["description": .string(description)]
        switch self {
        case .time, .microTime:
            model["type"] = "string"
            model["format"] = "date-time"
        case .duration: model["type"] = "string"
        case .quantity:
            if isV3 { model["oneOf"] = [["type": "string"], ["type": "number"]] } else { model["type"] = "string" }
        case .intOrString:
            model["format"] = "int-or-string"
            if isV3 { model["oneOf"] = [["type": "integer"], ["type": "string"]] } else { model["type"] = "string" }
        case .rawExtension, .fieldsV1, .patch: model["type"] = "object"
        }
        return .object(model)
    }

    private var description: String {
        switch self {
        case .time: "A moment, to the second: RFC 3339."
        case .microTime: "A moment, to the microsecond: RFC 3339."
        case .duration: "A length of time: 1h15m30s, 250ms."
        case .quantity:
            """
            An amount of a resource: a number with a suffix that is a power of ten (m, k, M, G, T, P, E), a power of 1024 \
            (Ki, Mi, Gi, Ti, Pi, Ei) or an exponent (e3). At most three digits stand behind the point; what is finer \
            is rounded up.
            """
        case .intOrString: "A number, or text: a port or its name, a count or a percentage."
        case .rawExtension: "An object of any kind."
        case .fieldsV1:
            """
            A set of fields: a tree whose names are f:<name of a field>, k:<keys of a list element>, v:<value of a list \
            element>, i:<index>, and a dot for the thing itself.
            """
        case .patch: "What should become different, in the form that the content type names."
        }
    }
}
