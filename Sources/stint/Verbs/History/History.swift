import ArgumentParser
import Kube

/// `stint history`: every run of every container and the end of what it printed, also of Jobs that are gone.
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the record of every attempt: exit code, times, limits, memory, CPU; and its log.",
        usage: "stint history [job/NAME | pod/NAME] [--all | --uid UID] [--log N [--timestamps]] [-o wide|json|yaml]",
        discussion: "Records and the last 64 KiB of each log outlive pods and Jobs.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "job/NAME or pod/NAME; without it, everything in the namespace.")
    var target: String?

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    @Flag(help: "Of all Jobs (or pods) that ever had the name, not only of the newest.")
    var all = false

    @Option(help: "Of the Job (or pod) with this uid, when several had the name.")
    var uid: String?

    @Option(help: ArgumentHelp("Print the end of the log of the attempt with this number.", valueName: "number"))
    var log: Int?

    @Flag(help: "With --log: put the time before every line.")
    var timestamps = false

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: "wide, json, yaml, jsonpath=… or custom-columns=….",
        transform: OutputFormat.parse)
    var output: OutputFormat?

    @Flag(help: "Leave the headers out.")
    var noHeaders = false

    func validate() throws {
        if target == nil, all || uid != nil || log != nil {
            throw ValidationError("--all, --uid and --log are about one Job or pod: name it")
        }
        if all, uid != nil { throw ValidationError("--all and --uid exclude each other") }
        if log != nil, all || allNamespaces {
            throw ValidationError("--log is of one Job or pod: choose it with --namespace and --uid")
        }
        if log != nil, output != nil { throw ValidationError("--log prints what the program printed, without -o") }
        if timestamps, log == nil { throw ValidationError("--timestamps goes with --log") }
        if output == .name { throw ValidationError("attempts have no names: use wide, json or yaml") }
    }

    func run() async throws {
        let client = connection.client
        var subject = try target.map(HistorySubject.init)
        var answer = try await ask(client, subject)
        if case .any(let name)? = subject {
            let isKnown = answer["items"]?.array?.isEmpty == false || answer["currentUID"] != nil
            subject = isKnown ? .job(name) : .pod(name)
            if !isKnown { answer = try await ask(client, subject) }
        }
        let records = try (answer["items"]?.array ?? []).map { try KubeJSON.decode(AttemptRecord.self, from: $0) }
        let history = AttemptHistory(records, of: subject, currentUID: answer["currentUID"]?.string)
        let chosen = try history.choose(all: all, uid: uid)
        if let log { return try await printLog(of: try chosen.attempt(log, of: target ?? ""), client) }
        if let output, output != .wide {
            return try print(chosen, of: answer, as: output, client.console)
        }
        tell(chosen, client.console)
        guard !chosen.attempts.isEmpty else { return }
        let table = AttemptTable(isWide: output == .wide, showsNamespace: allNamespaces, showsJobs: target == nil)
        try client.console.write(table.text(chosen.attempts, showsHeaders: !noHeaders))
    }

    private func ask(_ client: APIClient, _ subject: HistorySubject?) async throws -> JSONValue {
        var query: [(name: String, value: String)] = []
        if !allNamespaces { query.append((name: "namespace", value: connection.effectiveNamespace)) }
        if let subject { query.append(subject.query) }
        return try await client.send(APIRequest(.GET, "/apis/stint.dev/v1/attempts", query: query))
    }

    /// What the table cannot say: that there is nothing, or more.
    private func tell(_ chosen: AttemptHistory.Choice, _ console: Console) {
        let whose = target.map { " for \($0)" } ?? ""
        let place = allNamespaces ? "" : " in \(connection.effectiveNamespace) namespace"
        if chosen.attempts.isEmpty { console.note("No attempts recorded\(whose)\(place).") }
        if chosen.others > 0 {
            let others = chosen.others == 1 ? "1 other" : "\(chosen.others) others"
            console.note("\(others) had this name before: --all shows the attempts of all")
        }
    }

    /// The daemon's own objects, those that were chosen, with their numbers.
    private func print(
        _ chosen: AttemptHistory.Choice, of answer: JSONValue, as output: OutputFormat, _ console: Console
    ) throws {
        let objects = Dictionary((answer["items"]?.array ?? []).map { ($0["id"]?.string ?? "", $0) }) { first, _ in
            first
        }
        let items = chosen.attempts.compactMap { attempt -> JSONValue? in
            var object = objects[attempt.record.id]
            object?.set("number", to: .integer(Int64(attempt.number)))
            return object
        }
        if case .columns = output { return try output.print(.list(items), to: console) }
        let list: JSONValue = .object([
            "apiVersion": "stint.dev/v1", "kind": "AttemptList", "items": .array(items),
        ])
        try output.print(.single(list), to: console)
    }

    private func printLog(of attempt: AttemptHistory.Attempt, _ client: APIClient) async throws {
        let record = attempt.record
        guard record.logBytes != 0 else {
            if record.startedAt == nil {
                let why = record.message.map { ": \($0)" } ?? ""
                client.console.note("attempt \(attempt.number) never started\(why)")
            }
            return
        }
        let bytes: [UInt8]
        do {
            bytes = try await client.sendForBytes(
                APIRequest(.GET, "/apis/stint.dev/v1/attempts/log", query: [(name: "id", value: record.id)]))
        } catch let status as Status where status.code == 404 {
            return client.console.note("no log of attempt \(attempt.number) was saved")
        }
        if record.logIsCut == true { client.console.note("the log was longer: this is its end") }
        try client.console.writeBytes(SavedLog.text(bytes, timestamps: timestamps))
    }
}
