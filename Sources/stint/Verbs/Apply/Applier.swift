import Kube

/// Makes one object as its manifest says: creates it, or patches it with the difference between what the manifest
/// said last time (kept in an annotation), what it says now, and what is there (client-side apply).
struct Applier {
    enum Outcome: String {
        case created, configured, unchanged
        case serverSide = "serverside-applied"
    }

    let client: APIClient
    let dryRun: DryRun
    let validation: Validation
    let manager: String
    var forcesConflicts = false
    /// False when only differences are wanted: then the annotation is neither written nor missed.
    var annotates = true

    func apply(
        _ manifest: Manifest, to target: NamedObject, serverSide: Bool = false
    ) async throws -> (JSONValue, Outcome) {
        guard !target.name.isEmpty else {
            let prefix = manifest.object.at("metadata", "generateName")?.string
            throw Failure(
                prefix.map { "from \($0): cannot use generate name with apply" } ?? "resource name may not be empty")
        }
        var wanted = manifest.object
        if let namespace = target.namespace { wanted.set("metadata", "namespace", to: .string(namespace)) }
        if serverSide { return (try await merge(wanted, target), .serverSide) }
        if annotates { wanted = LastApplied.annotated(wanted) }
        let current: JSONValue
        do {
            current = try await client.send(APIRequest(.GET, target.path))
        } catch let status as Status where status.code == 404 {
            return try await create(wanted, target, source: manifest.source)
        }
        return try await patch(current, to: wanted, target, source: manifest.source)
    }

    /// Sends all the manifest says; the daemon finds out what that changes and whose it is.
    private func merge(_ wanted: JSONValue, _ target: NamedObject) async throws -> JSONValue {
        var request = APIRequest(.PATCH, target.path, query: query)
        request.query.append((name: "force", value: forcesConflicts ? "true" : "false"))
        request.contentType = "application/apply-patch+yaml"
        request.body = .bytes(try KubeJSON.encode(wanted))
        do {
            return try await client.send(request)
        } catch let status as Status where status.code == 409 && status.reason == "Conflict" {
            throw Failure((status.message ?? "") + "\n" + Self.conflictAdvice)
        }
    }

    /// What kubectl says below a conflict.
    private static let conflictAdvice = """
        Please review the fields above--they currently have other managers. Here
        are the ways you can resolve this warning:
        * If you intend to manage all of these fields, please re-run the apply
          command with the `--force-conflicts` flag.
        * If you do not intend to manage all of the fields, please edit your
          manifest to remove references to the fields that should keep their
          current managers.
        * You may co-own fields by updating your manifest to match the existing
          value; in this case, you'll become the manager if the other manager(s)
          stop managing the field (remove it from their configuration).
        See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
        """

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
        if original == nil, annotates {
            client.console.warn(
                "resource \(target.type.plural)/\(target.name) is missing the \(LastApplied.annotation) annotation "
                    + "which is required by stint apply. stint apply should only be used on resources created declaratively by "
                    + "either stint create --save-config or stint apply. The missing annotation will be patched "
                    + "automatically.")
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
        dryRun.query + validation.query + [(name: "fieldManager", value: manager)]
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
