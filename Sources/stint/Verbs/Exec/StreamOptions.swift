import ArgumentParser
import Foundation
import Kube

/// Whose streams, and what of them: what `exec` and `attach` share.
struct StreamOptions: ParsableArguments {
    @Argument(help: "POD, pod/NAME or job/NAME.")
    var target: String

    @Option(name: .shortAndLong, help: "The container.")
    var container: String?

    @Flag(name: [.customShort("i"), .long], help: "Pass standard input on to the program.")
    var stdin = false

    @Flag(name: [.customShort("t"), .long], help: "Standard input is a terminal, and the program has one.")
    var tty = false

    @Flag(name: .shortAndLong, help: "Print only what the program prints.")
    var quiet = false

    /// The container that is meant, of a pod that runs.
    func find(_ connection: ConnectionOptions) async throws -> LogSource {
        var finder = LogSources(
            client: connection.client, namespace: connection.effectiveNamespace,
            choice: LogChoice(container: container), patience: 20)
        finder.isQuiet = quiet
        guard let source = try await finder.find(target, selector: nil).first else {
            throw Failure("no running pod found")
        }
        return source
    }

    /// Whether standard input is the terminal that was asked for; says so when it is none.
    func hasTerminal(_ console: Console) -> Bool {
        guard tty, isatty(0) != 1 else { return tty }
        console.note("Unable to use a TTY - input is not a terminal or the right kind of file")
        return false
    }

    func request(_ subresource: String, _ source: LogSource, tty: Bool, command: [String] = []) -> APIRequest {
        var query = command.map { (name: "command", value: $0) }
        query += [
            ("container", source.container), ("stdin", "\(stdin)"), ("stdout", "true"), ("stderr", "\(!tty)"),
            ("tty", "\(tty)"),
        ]
        let path = ObjectPath(Pod.type, namespace: source.namespace).object(source.pod, subresource: subresource)
        return APIRequest(.GET, path, query: query)
    }
}
