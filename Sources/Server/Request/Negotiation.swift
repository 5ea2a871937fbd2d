import Kube

/// In which form a client wants an answer, decided from `Accept`.
struct Representation: Equatable, Sendable {
    enum Shape: Equatable, Sendable {
        /// The object or list itself.
        case object
        /// Rows and columns made by the server (`meta.k8s.io`, `v1` or `v1beta1`).
        case table(version: String)
        case partialMetadata(version: String)
        case partialMetadataList(version: String)

        var isTable: Bool { if case .table = self { true } else { false } }
    }

    var encoding = MediaType.json
    var shape = Shape.object

    /// JSON is what we have at hand: a client that takes it gets it, also when it names protobuf first.
    ///
    /// - Parameter isStream: a watch, which is never YAML.
    init(accept: String?, isStream: Bool = false) throws(Status) {
        let types: [MediaType] = isStream ? [.json, .protobuf] : MediaType.allCases
        guard let accept, !accept.isEmpty else { return }
        let clauses = AcceptClause.parse(accept)
        for types in [types.filter { $0 != .protobuf }, [.protobuf]] {
            for clause in clauses {
                guard let type = types.first(where: clause.matches) else { continue }
                guard let shape = Representation.shape(clause.parameters) else { continue }
                // Rows have cells of any type, which no message describes.
                if type == .protobuf, shape.isTable { continue }
                if let stream = clause.parameters["stream"], !stream.isEmpty, stream != "watch" { continue }
                encoding = type
                self.shape = shape
                return
            }
        }
        throw Status.notAcceptable(types.map { isStream ? "\($0.rawValue);stream=watch" : $0.rawValue })
    }

    init() {}

    /// Nil for a conversion we do not know, which rules its clause out.
    private static func shape(_ parameters: [String: String]) -> Shape? {
        guard let kind = parameters["as"] else { return parameters["g"] == nil ? .object : nil }
        guard parameters["g"] == "meta.k8s.io", let version = parameters["v"], ["v1", "v1beta1"].contains(version)
        else { return nil }
        return switch kind {
        case "Table": .table(version: version)
        case "PartialObjectMetadata": .partialMetadata(version: version)
        case "PartialObjectMetadataList": .partialMetadataList(version: version)
        default: nil
        }
    }
}

/// The encodings of objects we speak.
enum MediaType: String, Sendable, CaseIterable {
    case json = "application/json"
    case yaml = "application/yaml"
    case protobuf = "application/vnd.kubernetes.protobuf"

    /// The encoding of a request's body; a body without a type is JSON, as upstream has it.
    init(contentType: String?) throws(Status) {
        guard let contentType, !contentType.isEmpty else {
            self = .json
            return
        }
        guard let type = MediaType(rawValue: MediaType.essence(contentType)) else {
            throw Status.unsupportedMediaType(MediaType.allCases.map(\.rawValue))
        }
        self = type
    }

    /// How to read a body of this type.
    var content: ObjectDecoder.ContentType {
        switch self {
        case .json: .json
        case .yaml: .yaml
        case .protobuf: .protobuf
        }
    }

    /// The type without its parameters, in lower case.
    static func essence(_ contentType: String) -> String {
        trimmed(contentType.prefix { $0 != ";" }).lowercased()
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}

/// One alternative of an `Accept` header.
struct AcceptClause {
    var type: String
    var subtype: String
    var parameters: [String: String] = [:]
    var quality = 1.0

    func matches(_ media: MediaType) -> Bool { matches(media.rawValue) }

    func matches(_ type: String) -> Bool {
        let name = type.split(separator: "/")
        return (self.type == "*" || self.type == name[0]) && (subtype == "*" || subtype == name[1])
    }

    /// The alternatives, best first; equals keep the client's order.
    static func parse(_ header: String) -> [AcceptClause] {
        var clauses: [AcceptClause] = []
        for text in header.split(separator: ",") {
            let parts = text.split(separator: ";")
            let names = MediaType.trimmed(parts.first ?? "").lowercased().split(separator: "/")
            guard names.count == 2 else { continue }
            var clause = AcceptClause(type: String(names[0]), subtype: String(names[1]))
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1).map(MediaType.trimmed)
                guard pair.count == 2 else { continue }
                if pair[0] == "q" {
                    clause.quality = Double(pair[1]) ?? 1
                } else {
                    clause.parameters[pair[0]] = pair[1]
                }
            }
            if clause.quality > 0 { clauses.append(clause) }
        }
        return clauses.enumerated().sorted { a, b in
            (b.element.quality, a.offset) < (a.element.quality, b.offset)
        }.map(\.element)
    }
}
