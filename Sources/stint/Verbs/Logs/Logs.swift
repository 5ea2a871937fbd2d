import ArgumentParser
import Kube

/// `stint logs`: what programs printed.
struct Logs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what the programs of a Job or pod wrote.",
        usage: "stint logs (POD | pod/NAME | job/NAME | -l SELECTOR) [-c CONTAINER] [-f] [--tail N] [--previous]")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "POD, pod/NAME or job/NAME, and a container if it has several.")
    var target: [String] = []

    @Option(name: [.customShort("l", allowingJoined: true), .long], help: "The logs of all pods with these labels.")
    var selector: String?

    @Option(name: .shortAndLong, help: "The container.")
    var container: String?

    @Flag(help: "Every container.")
    var allContainers = false

    @Flag(help: "Every pod of the Job, each line with the pod in front.")
    var allPods = false

    @Flag(name: .shortAndLong, help: "Go on until the program ends.")
    var follow = false

    @Flag(name: .shortAndLong, help: "The run before the last restart.")
    var previous = false

    @Flag(help: "Put the time before every line.")
    var timestamps = false

    @Flag(help: "Put the pod and container before every line.")
    var prefix = false

    @Option(parsing: .unconditional, help: "Only the last lines; -1 is all. (default: all, with -l 10)")
    var tail: Int?

    @Option(help: "Only what is newer: 5s, 2m, 3h.")
    var since: GoDuration?

    @Option(help: "Only what is newer than an RFC 3339 time.")
    var sinceTime: String?

    @Option(help: "At most so many bytes.")
    var limitBytes: Int?

    @Flag(help: "Go on with the other logs when one cannot be read.")
    var ignoreErrors = false

    @Option(help: "How many logs may be followed at once.")
    var maxLogRequests = 5

    @Option(help: "How long to wait for a first pod, and for its program to start.")
    var podRunningTimeout = GoDuration(seconds: 20)

    func validate() throws {
        if target.isEmpty, selector == nil { throw ValidationError("name a pod or Job, or select pods with -l") }
        if target.count > 2 || (selector != nil && !target.isEmpty) {
            throw ValidationError("only a selector (-l) or a POD name is allowed")
        }
        if container != nil, target.count == 2 {
            throw ValidationError("only one of -c or an inline [CONTAINER] arg is allowed")
        }
        if allContainers, let name = container ?? target.dropFirst().first {
            throw ValidationError("--all-containers=true should not be specified with container name \(name)")
        }
        if since != nil, sinceTime != nil {
            throw ValidationError("at most one of `sinceTime` or `sinceSeconds` may be specified")
        }
        if let since, since.seconds <= 0 { throw ValidationError("--since must be greater than 0") }
        if let limitBytes, limitBytes < 1 { throw ValidationError("--limit-bytes must be greater than 0") }
        if let tail, tail < -1 { throw ValidationError("--tail must be greater than or equal to -1") }
    }

    func run() async throws {
        let client = connection.client
        let choice = LogChoice(
            container: container ?? target.dropFirst().first, allContainers: allContainers, allPods: allPods)
        let sources = try await LogSources(
            client: client, namespace: connection.effectiveNamespace, choice: choice,
            patience: podRunningTimeout.seconds
        ).find(target.first, selector: selector)
        if follow, sources.count > maxLogRequests {
            throw Failure(
                "you are attempting to follow \(sources.count) log streams, but maximum allowed concurrency is "
                    + "\(maxLogRequests), use --max-log-requests to increase the limit")
        }
        let reader = LogReader(
            client: client, query: query, follow: follow, prefix: prefix || allPods,
            patience: podRunningTimeout.seconds)
        if follow, sources.count > 1 {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for source in sources { tasks.addTask { try await copy(source, with: reader) } }
                try await tasks.waitForAll()
            }
        } else {
            for source in sources { try await copy(source, with: reader) }
        }
    }

    private func copy(_ source: LogSource, with reader: LogReader) async throws {
        do {
            try await reader.copy(source)
        } catch let status as Status where ignoreErrors {
            reader.client.console.note("error: \(status.message ?? "")")
        }
    }

    private var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if follow { query.append(("follow", "true")) }
        if previous { query.append(("previous", "true")) }
        if timestamps { query.append(("timestamps", "true")) }
        let lines = tail ?? (selector == nil ? -1 : 10)
        if lines != -1 { query.append(("tailLines", String(lines))) }
        if let since { query.append(("sinceSeconds", String(Int(since.seconds.rounded())))) }
        if let sinceTime { query.append(("sinceTime", sinceTime)) }
        if let limitBytes { query.append(("limitBytes", String(limitBytes))) }
        return query
    }
}
