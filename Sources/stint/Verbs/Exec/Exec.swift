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

    @OptionGroup var streams: StreamOptions

    @Argument(parsing: .postTerminator, help: "The command.")
    var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("you must specify at least one command for the container") }
    }

    func run() async throws {
        let client = connection.client
        let source = try await streams.find(connection)
        let isTerminal = streams.hasTerminal(client.console)
        let request = streams.request("exec", source, tty: isTerminal, command: command)
        let terminal = isTerminal ? LocalTerminal() : nil
        defer { terminal?.restore() }
        let session = ExecClient(client: client, passesInput: streams.stdin, terminal: terminal)
        let code = try await session.run(request)
        terminal?.restore()
        guard code != 0 else { return }
        client.console.note("command terminated with exit code \(code)")
        throw Failure.silent(code)
    }
}
