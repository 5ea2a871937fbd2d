import ArgumentParser
import Kube

/// `stint replace`: an object as a file says, and nothing of what it was.
struct Replace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replace objects by what files say.", usage: "stint replace -f FILE [--force]")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var files: FileOptions

    @Flag(help: "Delete the object and create it anew.")
    var force = false

    @Option(help: "With --force: what becomes of the pods of a Job: background, foreground or orphan.")
    var cascade: Cascade = .background

    @Option(parsing: .unconditional, help: "With --force: seconds that programs get to end; -1 is the pod's own.")
    var gracePeriod = -1

    @Option(help: "With --force: how long to wait for the old object to go; 0 is as long as it takes.")
    var timeout = GoDuration(seconds: 0)

    @Option(help: "A part of the object: status, or resize of pods.")
    var subresource: String?

    @Flag(help: "Keep what was sent in an annotation, as apply does.")
    var saveConfig = false

    @Option(help: "server: ask, but keep nothing; client: only say what would be done.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "Print the object: yaml, json, name or jsonpath=TEMPLATE.", transform: OutputFormat.parse)
    var output: OutputFormat?

    @Option(name: .customLong("validate"), help: "What to do about unknown fields: strict, warn or ignore.")
    var validation = Validation.strict

    @Option(help: "Who owns the fields, for server-side apply.")
    var fieldManager = "stint-replace"

    func validate() throws {
        try files.require()
        if output == .wide { throw ValidationError("-o wide is for tables; use yaml, json, name or jsonpath") }
        if gracePeriod >= 0, !force { throw ValidationError("--grace-period must have --force specified") }
        if timeout.seconds != 0, !force { throw ValidationError("--timeout must have --force specified") }
        if force, dryRun != .none { throw ValidationError("--dry-run can not be used when --force is set") }
    }

    func run() async throws {
        let client = connection.client
        let discovery = Discovery(client: client)
        dryRun.warn(client.console)
        var problems: [any Error] = []
        for manifest in try files.manifests() {
            do {
                let target = try await manifest.target(in: discovery, namespace: connection.namedNamespace)
                var object = manifest.object
                if let namespace = target.namespace { object.set("metadata", "namespace", to: .string(namespace)) }
                if saveConfig { object = LastApplied.annotated(object) }
                if force { try await delete(target, client) }
                if !dryRun.staysHere { object = try await send(object, to: target, client) }
                if let output {
                    try output.print(.single(object), to: client.console)
                } else {
                    try client.console.print("\(target.printed) replaced\(dryRun.suffix)")
                }
            } catch let status as Status {
                problems.append(status.happened(when: "replacing \"\(manifest.source)\""))
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }

    private func send(_ object: JSONValue, to target: NamedObject, _ client: APIClient) async throws -> JSONValue {
        var object = object
        var request: APIRequest
        if force {
            request = APIRequest(.POST, ObjectPath(target.type, namespace: target.namespace).list)
            object.set("metadata", "resourceVersion", to: nil)
        } else {
            // Without a revision it means whatever is there now.
            if object.resourceVersion?.isEmpty ?? true {
                let current = try await client.send(APIRequest(.GET, target.path(of: subresource)))
                object.set("metadata", "resourceVersion", to: current.at("metadata", "resourceVersion"))
            }
            request = APIRequest(.PUT, target.path(of: subresource))
        }
        request.query = dryRun.query + validation.query + [(name: "fieldManager", value: fieldManager)]
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(object))
        return try await client.send(request)
    }

    private func delete(_ target: NamedObject, _ client: APIClient) async throws {
        var options: [String: JSONValue] = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(cascade.policy),
        ]
        if gracePeriod >= 0 { options["gracePeriodSeconds"] = .integer(Int64(gracePeriod)) }
        var request = APIRequest(.DELETE, target.path)
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(JSONValue.object(options)))
        let uid: String?
        do {
            let answer = try await client.send(request)
            uid = answer.at("details", "uid")?.string ?? answer.objectUID
        } catch let status as Status where status.code == 404 {
            return  // nothing is in the way
        }
        let place = target.namespace.map { " from \($0) namespace" } ?? ""
        try client.console.print("\(target.type.printedKind) \"\(target.name)\" deleted\(place)")
        let seconds = timeout.seconds > 0 ? timeout.seconds : GoDuration.week
        try await ObjectWait(object: target, client: client, uid: uid).perform([.deleted], seconds: seconds)
    }
}
