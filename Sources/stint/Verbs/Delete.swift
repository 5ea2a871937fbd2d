import ArgumentParser
import Kube

/// `stint delete`: ends objects and takes them away.
struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete objects, by name, file or selector.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE[,TYPE] NAME… or TYPE/NAME…, or only TYPE with --all or a selector.")
    var resources: [String] = []

    @Flag(help: "Every object of the kind in the namespace.")
    var all = false

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces; needs --all or a selector.")
    var allNamespaces = false

    @Option(help: "What becomes of the pods of a Job: background, foreground or orphan.")
    var cascade: Cascade = .background

    @Flag(inversion: .prefixedNo, help: "Return only when the objects are gone.")
    var wait = true

    @Option(help: "How long to wait; 0 is as long as it takes.")
    var timeout = GoDuration(seconds: 0)

    @Option(
        parsing: .unconditional, help: "Seconds that programs get between SIGTERM and SIGKILL; -1 is the pod's own.")
    var gracePeriod = -1

    @Flag(help: "Short for --grace-period=1.")
    var now = false

    @Flag(help: "With --grace-period=0: do not wait for programs at all.")
    var force = false

    @Flag(help: "Objects that do not exist are no error.")
    var ignoreNotFound = false

    @Option(help: "client: only say what would be deleted; server: ask, but delete nothing.")
    var dryRun = DryRun.none

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "Print only names: name.",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    func validate() throws {
        try files.refuseKustomize()
        if all, selecting.selector != nil { throw ValidationError("cannot set --all and --selector at the same time") }
        if all, selecting.fieldSelector != nil {
            throw ValidationError("cannot set --all and --field-selector at the same time")
        }
        if now, gracePeriod != -1 { throw ValidationError("--now and --grace-period cannot be specified together") }
        if force, gracePeriod > 0 {
            throw ValidationError("--force and --grace-period greater than 0 cannot be specified together")
        }
        if let output, output != .name {
            throw ValidationError("unexpected -o output mode. We only support '-o name'")
        }
        if resources.isEmpty, files.files.isEmpty {
            throw ValidationError("You must provide one or more resources by argument or filename.")
        }
    }

    func run() async throws {
        let client = connection.client
        let console = client.console
        dryRun.warn(console)
        if let note = cascade.deprecation { console.note(note) }
        if effectiveGrace == 0, force {
            console.warn(
                "Immediate deletion does not wait for confirmation that the running resource has been terminated. "
                    + "The resource may continue to run on the host indefinitely.")
        }
        var problems: [any Error] = []
        var gone: [(object: NamedObject, uid: String?)] = []
        let query = TargetQuery(
            connection: connection, selecting: selecting.selection, files: files, all: all,
            allNamespaces: allNamespaces)
        let targets = try await query.targets(resources, client)
        for (object, source) in targets.map({ ($0.object, $0.source) }) {
            do {
                let uid = dryRun.staysHere ? nil : try await delete(object, with: client)
                try console.print(report(object))
                gone.append((object, uid))
            } catch let status as Status {
                if status.code == 404, ignoresMissing { continue }
                problems.append(source.map { status.happened(when: "deleting \"\($0)\"") } ?? status)
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
        if targets.isEmpty || gone.isEmpty { return try console.print("No resources found") }
        if wait, dryRun == .none { try await waitUntilGone(gone, client) }
    }

    /// The uid of what is going.
    private func delete(_ object: NamedObject, with client: APIClient) async throws -> String? {
        var options: [String: JSONValue] = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(cascade.policy),
        ]
        if let effectiveGrace { options["gracePeriodSeconds"] = .integer(Int64(effectiveGrace)) }
        if dryRun == .server { options["dryRun"] = .array(["All"]) }
        var request = APIRequest(.DELETE, object.path, query: dryRun.query)
        request.contentType = "application/json"
        request.body = .bytes(try KubeJSON.encode(JSONValue.object(options)))
        let answer = try await client.send(request)
        return answer.at("details", "uid")?.string ?? answer.objectUID
    }

    /// A grace period of 0 is for those who say --force; others get 1 second.
    private var effectiveGrace: Int? {
        if now { return 1 }
        if force, gracePeriod < 0 { return 0 }
        if gracePeriod == 0, !force { return 1 }
        return gracePeriod < 0 ? nil : gracePeriod
    }

    private var ignoresMissing: Bool { ignoreNotFound || all || !selecting.selection.isEmpty }

    private func report(_ object: NamedObject) -> String {
        if output == .name { return object.printed }
        let place = object.namespace.map { " from \($0) namespace" } ?? ""
        let verb = effectiveGrace == 0 ? "force deleted" : "deleted"
        return "\(object.type.printedKind) \"\(object.name)\" \(verb)\(place)\(dryRun.suffix)"
    }

    private func waitUntilGone(_ objects: [(object: NamedObject, uid: String?)], _ client: APIClient) async throws {
        let seconds = timeout.seconds > 0 ? timeout.seconds : GoDuration.week
        for (object, uid) in objects {
            let wait = ObjectWait(object: object, client: client, uid: uid)
            try await wait.perform([.deleted], seconds: seconds)
        }
    }
}

/// `--cascade`: what becomes of the objects that the deleted one owns.
enum Cascade: String, ExpressibleByArgument, CaseIterable {
    case background, foreground, orphan
    /// As kubectl before 1.20 had it.
    case `true`, `false`

    static var allValueStrings: [String] { ["background", "foreground", "orphan"] }

    var policy: String {
        switch self {
        case .background, .true: "Background"
        case .foreground: "Foreground"
        case .orphan, .false: "Orphan"
        }
    }

    var deprecation: String? {
        guard self == .true || self == .false else { return nil }
        return "warning: --cascade=\(rawValue) is deprecated (boolean value) and can be replaced with "
            + "--cascade=\(policy.lowercased())."
    }
}
