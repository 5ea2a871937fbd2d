import ArgumentParser
import Foundation
import Kube

/// `stint exec`: a command in a container that runs.
struct Exec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a command in a running container.",
        usage: "stint exec (POD | pod/NAME | job/NAME) [-c CONTAINER] [-i] [-t] -- COMMAND [ARGUMENTS …]",
        discussion: "It exits as the command does. When stint is ended, so is the command.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "POD, pod/NAME or job/NAME.")
    var target: String

    @Option(name: .shortAndLong, help: "The container.")
    var container: String?

    @Flag(name: [.customShort("i"), .long], help: "Pass standard input on to the command.")
    var stdin = false

    @Flag(name: [.customShort("t"), .long], help: "Give it a terminal.")
    var tty = false

    @Flag(name: .shortAndLong, help: "Print only what the command prints.")
    var quiet = false

    @Argument(parsing: .postTerminator, help: "The command.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("you must specify at least one command for the container") }
    }

    func run() async throws {
        let client = connection.client
        var finder = LogSources(
            client: client, namespace: connection.effectiveNamespace, choice: LogChoice(container: container),
            patience: 20)
        finder.isQuiet = quiet
        guard let source = try await finder.find(target, selector: nil).first else {
            throw Failure("no running pod found")
        }
        var isTerminal = tty
        if tty, isatty(0) != 1 {
            client.console.note("Unable to use a TTY - input is not a terminal or the right kind of file")
            isTerminal = false
        }
        let request = request(source, tty: isTerminal)
        let terminal = isTerminal ? LocalTerminal() : nil
        defer { terminal?.restore() }
        let session = ExecClient(client: client, passesInput: stdin, terminal: terminal)
        let code = try await session.run(request)
        terminal?.restore()
        guard code != 0 else { return }
        client.console.note("command terminated with exit code \(code)")
        throw Failure.silent(code)
    }

    private func request(_ source: LogSource, tty: Bool) -> APIRequest {
        var query = command.map { (name: "command", value: $0) }
        query += [
            ("container", source.container), ("stdin", "\(stdin)"), ("stdout", "true"), ("stderr", "\(!tty)"),
            ("tty", "\(tty)"),
        ]
        let path = ObjectPath(Pod.type, namespace: source.namespace).object(source.pod, subresource: "exec")
        return APIRequest(.GET, path, query: query)
    }
}
