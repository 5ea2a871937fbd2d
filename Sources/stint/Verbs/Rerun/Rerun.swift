import ArgumentParser
import Kube

/// `stint rerun`: a Job again, all of it or what failed, with other limits.
struct Rerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a new Job from one that is still there, to run it again.",
        usage: """
            stint rerun job/NAME [--failed-only] [--memory AMOUNT] [--cpu AMOUNT] [-c CONTAINER] [--name NEW] \
            [--dry-run=client|server] [-o yaml|json|name]
            """,
        discussion: "The new Job is called NAME-rerun-1, -2, … and says in stint.dev/rerun-of where it comes from.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "job/NAME or NAME.")
    var target: String

    @Flag(help: "Only what the Job did not complete: its missing indexes, or the number of its missing completions.")
    var failedOnly = false

    @Option(help: "The new memory limit: 512Mi, 2Gi.")
    var memory: String?

    @Option(help: "The new CPU limit: 500m, 2.")
    var cpu: String?

    @Option(name: .shortAndLong, help: "Whose limits change, when the Job has several containers.")
    var container: String?

    @Option(help: "The name of the new Job.")
    var name: String?

    func validate() throws {
        for (option, text, example) in [("--memory", memory, "512Mi"), ("--cpu", cpu, "500m")] {
            guard let text else { continue }
            guard let amount = Quantity(text), amount > .zero else {
                throw ValidationError("\(option) must be an amount such as \(example), not \"\(text)\"")
            }
        }
        if container != nil, memory == nil, cpu == nil {
            throw ValidationError("--container goes with --memory or --cpu")
        }
        if name?.isEmpty == true { throw ValidationError("--name must not be empty") }
    }

    func run() async throws {
        let client = connection.client
        let jobs = ObjectPath(Job.type, namespace: connection.effectiveNamespace)
        var draft = RerunDraft(try await find(try Self.jobName(target), jobs, client))
        if failedOnly { try draft.keepWhatFailed() }
        try draft.setLimits(["memory": memory, "cpu": cpu].compactMapValues { $0 }, of: container)
        creation.dryRun.warn(client.console)
        if let name { return try await create(draft.job(named: name), client) }
        let taken = Set(try await client.send(APIRequest(.GET, jobs.list))["items"]?.array?.map(\.objectName) ?? [])
        var number = 1
        while true {
            let name = draft.name(number)
            do {
                if !taken.contains(name) { return try await create(draft.job(named: name), client) }
            } catch let status as Status where status.reason == "AlreadyExists" {
                // Somebody was quicker.
            }
            number += 1
        }
    }

    private func create(_ job: JSONValue, _ client: APIClient) async throws {
        var job = job
        if let namespace = connection.namedNamespace { job.set("metadata", "namespace", to: .string(namespace)) }
        let target = NamedObject(Job.type, namespace: connection.effectiveNamespace, name: job.objectName)
        try await creation.create(job, as: target, with: client)
    }

    private func find(_ name: String, _ jobs: ObjectPath, _ client: APIClient) async throws -> JSONValue {
        do {
            return try await client.send(APIRequest(.GET, jobs.object(name)))
        } catch let status as Status where status.code == 404 {
            throw Failure(
                "job \"\(name)\" is not there any more, and its manifest went with it: apply that again. What it did: "
                    + "stint history job/\(name)")
        }
    }

    private static func jobName(_ target: String) throws -> String {
        let parts = target.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1 { return target }
        guard parts.count == 2, Job.type.answers(to: parts[0]), !parts[1].isEmpty else {
            throw Failure("only a Job can be run again: name it as job/NAME, not \"\(target)\"")
        }
        return parts[1]
    }
}
