import Kube

/// Makes one object as its manifest says: creates it, or patches it with the difference between what the manifest
/// said last time (kept in an annotation), what it says now, and what is there (client-side apply).
struct Applier {
    enum Outcome: String { case created, configured, unchanged }

    let client: APIClient
    let dryRun: DryRun
    let validation: Validation

    func apply(_ manifest: Manifest, to target: NamedObject) async throws -> (JSONValue, Outcome) {
        guard !target.name.isEmpty else {
            let prefix = manifest.object.at("metadata", "generateName")?.string
            throw Failure(
                prefix.map { "from \($0): cannot use generate name with apply" } ?? "resource name may not be empty")
        }
        var wanted = manifest.object
        if let namespace = target.namespace { wanted.set("metadata", "namespace", to: .string(namespace)) }
        wanted = LastApplied.annotated(wanted)
        let current: JSONValue
        do {
            current = try await client.send(APIRequest(.GET, target.path))
        } catch let status as Status where status.code == 404 {
            return try await create(wanted, target, source: manifest.source)
        }
        return try await patch(current, to: wanted, target, source: manifest.source)
    }

    private func create(_ wanted: JSONValue, _ target: NamedObject, source: String) async throws -> (JSONValue, Outcome)
    {
        if dryRun.staysHere { return (wanted, .created) }
        var request = APIRequest(.POST, ObjectPath(target.type, namespace: target.namespace).list, query: query)
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(wanted.withoutNulls))
        do {
            return (try await client.send(request), .created)
        } catch let status as Status {
            throw Failure(status.happened(when: "creating \"\(source)\""))
        }
    }

    private func patch(
        _ current: JSONValue, to wanted: JSONValue, _ target: NamedObject, source: String
    ) async throws -> (JSONValue, Outcome) {
        let original = LastApplied.read(from: current)
        if original == nil {
            client.console.warn(
                "resource \(target.type.plural)/\(target.name) is missing the \(LastApplied.annotation) annotation "
                    + "which is required by stint apply. stint apply should only be used on resources created "
                    + "declaratively by stint apply. The missing annotation will be patched automatically.")
        }
        let difference = ThreeWayPatch.make(original: original ?? .object([:]), modified: wanted, current: current)
        if difference == .object([:]) { return (current, .unchanged) }
        if dryRun.staysHere { return (wanted, .configured) }
        var request = APIRequest(.PATCH, target.path, query: query)
        request.contentType = "application/strategic-merge-patch+json"
        request.body = .bytes(try KubeJSON.encode(difference))
        do {
            let patched = try await client.send(request)
            return (patched, patched.resourceVersion == current.resourceVersion ? .unchanged : .configured)
        } catch let status as Status {
            // kubectl prints the whole patch here; what is wrong with it is in the file.
            throw Failure(status.happened(when: "patching \"\(source)\""))
        }
    }

    private var query: [(name: String, value: String)] {
        dryRun.query + validation.query + [(name: "fieldManager", value: "stint-client-side-apply")]
    }
}

/// What a manifest said when it was last applied, kept in the annotation that kubectl uses too.
enum LastApplied {
    static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

    /// The object with itself in the annotation. It always has annotations, as kubectl writes it, so that going back
    /// and forth between the two programs changes nothing.
    static func annotated(_ object: JSONValue) -> JSONValue {
        var plain = object
        if plain.at("metadata", "annotations") == nil { plain.set("metadata", "annotations", to: .object([:])) }
        plain.set("metadata", "annotations", annotation, to: nil)
        var result = plain
        result.set("metadata", "annotations", annotation, to: .string(plain.compact + "\n"))
        return result
    }

    static func read(from object: JSONValue) -> JSONValue? {
        guard let text = object.at("metadata", "annotations", annotation)?.string else { return nil }
        return try? KubeJSON.parse(Array(text.utf8))  // what someone else broke counts as not there
    }
}

extension JSONValue {
    fileprivate var withoutNulls: JSONValue {
        switch self {
        case .object(let members): .object(members.filter { $0.value != .null }.mapValues(\.withoutNulls))
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }
}
