import ArgumentParser
import Kube

/// `stint wait`: until something is so.
struct Wait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Wait until objects are as asked, or gone.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var selecting: SelectionOptions
    @OptionGroup var files: FileOptions

    @Argument(help: "TYPE NAME… or TYPE/NAME…, or only TYPE with --all or a selector.")
    var resources: [String] = []

    @Option(
        name: .customLong("for"),
        help: "condition=NAME[=VALUE], delete, create or jsonpath=EXPRESSION[=VALUE]; may be repeated.")
    var conditions: [WaitCondition]

    @Option(parsing: .unconditional, help: "How long to wait; 0 looks once, less than 0 is a week.")
    var timeout = GoDuration(seconds: 30)

    @Flag(help: "Every object of the kind in the namespace.")
    var all = false

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    func validate() throws {
        if conditions.isEmpty { throw ValidationError("say what to wait for with --for") }
        if all, !selecting.selection.isEmpty {
            throw ValidationError("cannot set --all and a selector at the same time")
        }
        if resources.isEmpty, files.files.isEmpty {
            throw ValidationError("You must provide one or more resources by argument or filename.")
        }
    }

    func run() async throws {
        let client = connection.client
        let seconds = timeout.seconds < 0 ? GoDuration.week : timeout.seconds
        let query = TargetQuery(
            connection: connection, selecting: selecting.selection, files: files, all: all,
            allNamespaces: allNamespaces)
        let objects = try await present(try await query.targets(resources, client).map(\.object), client)
        guard !objects.isEmpty else {
            if conditions.contains(.deleted) { return }
            throw Failure("no matching resources found")
        }
        // All wait at the same time; they are told of in the order they were named.
        let conditions = conditions
        var problems: [any Error] = []
        let waits = objects.map { object in
            Task { try await ObjectWait(object: object, client: client).perform(conditions, seconds: seconds) }
        }
        for (object, wait) in zip(objects, waits) {
            switch await withTaskCancellationHandler(operation: { await wait.result }, onCancel: { wait.cancel() }) {
            case .success: try client.console.print("\(object.printed) condition met")
            case .failure(let error):
                if error is ConnectionError {
                    for wait in waits { wait.cancel() }
                    throw error
                }
                problems.append(error)
            }
        }
        guard problems.isEmpty else { throw Failures(problems) }
    }

    /// What is already gone need not be waited for to go, and is not spoken of.
    private func present(_ objects: [NamedObject], _ client: APIClient) async throws -> [NamedObject] {
        guard conditions == [.deleted] else { return objects }
        var present: [NamedObject] = []
        for object in objects {
            do {
                _ = try await client.send(APIRequest(.GET, object.path))
                present.append(object)
            } catch let status as Status where status.code == 404 {
                continue
            }
        }
        return present
    }
}
