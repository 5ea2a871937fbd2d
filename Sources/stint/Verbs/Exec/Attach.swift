import ArgumentParser
import Foundation
import Kube

/// `stint attach`: the streams of a container's own program.
struct Attach: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Attach to the program of a running container.",
        usage: "stint attach (POD | pod/NAME | job/NAME) [-c CONTAINER] [-i] [-t]",
        discussion: "It shows what the program writes from now on. When stint is ended, the program runs on.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "POD, pod/NAME or job/NAME.")
    var target: String

    @Option(name: .shortAndLong, help: "The container.")
    var container: String?

    @Flag(name: [.customShort("i"), .long], help: "Pass standard input on to the program.")
    var stdin = false

    @Flag(name: [.customShort("t"), .long], help: "Standard input is a terminal.")
    var tty = false

    @Flag(name: .shortAndLong, help: "Print only what the program prints.")
    var quiet = false

    func run() async throws {
        let client = connection.client
        var finder = LogSources(
            client: client, namespace: connection.effectiveNamespace, choice: LogChoice(container: container),
            patience: 20)
        finder.isQuiet = quiet
        guard let source = try await finder.find(target, selector: nil).first else {
            throw Failure("no running pod found")
        }
        let pod = try await client.send(
            APIRequest(.GET, ObjectPath(Pod.type, namespace: source.namespace).object(source.pod)), as: Pod.self)
        if let phase = pod.status?.phase, ["Succeeded", "Failed"].contains(phase) {
            throw Failure("cannot attach a container in a completed pod; current phase is \(phase)")
        }
        let program = pod.spec.allContainers.first { $0.name == source.container }
        let terminal = makeTerminal(program, client.console)
        defer { terminal?.restore() }
        if !quiet, stdin || terminal != nil {
            client.console.note("If you don't see a command prompt, try pressing enter.")
        }
        let session = ExecClient(client: client, passesInput: stdin, terminal: terminal)
        _ = try await session.run(request(source, tty: program?.tty == true))
    }

    /// In kubectl's words. Whether there is a terminal at the other end, the pod says.
    private func makeTerminal(_ program: Container?, _ console: Console) -> LocalTerminal? {
        guard program?.tty == true else {
            if tty {
                console.note("error: Unable to use a TTY - container \(program?.name ?? "") did not allocate one")
            }
            return nil
        }
        if tty, isatty(0) != 1 {
            console.note("Unable to use a TTY - input is not a terminal or the right kind of file")
        }
        return stdin && isatty(0) == 1 ? LocalTerminal() : nil
    }

    private func request(_ source: LogSource, tty: Bool) -> APIRequest {
        APIRequest(
            .GET, ObjectPath(Pod.type, namespace: source.namespace).object(source.pod, subresource: "attach"),
            query: [
                ("container", source.container), ("stdin", "\(stdin)"), ("stdout", "true"), ("stderr", "\(!tty)"),
                ("tty", "\(tty)"),
            ])
    }
}
