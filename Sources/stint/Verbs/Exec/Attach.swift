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

    @OptionGroup var streams: StreamOptions

    func run() async throws {
        let client = connection.client
        let source = try await streams.find(connection)
        let pod = try await client.send(
            APIRequest(.GET, ObjectPath(Pod.type, namespace: source.namespace).object(source.pod)), as: Pod.self)
        if pod.hasEnded {
            throw Failure("cannot attach a container in a completed pod; current phase is \(pod.status?.phase ?? "")")
        }
        let program = pod.spec.allContainers.first { $0.name == source.container }
        let terminal = makeTerminal(program, client.console)
        defer { terminal?.restore() }
        if !streams.quiet, streams.stdin || terminal != nil {
            client.console.note("If you don't see a command prompt, try pressing enter.")
        }
        let session = ExecClient(client: client, passesInput: streams.stdin, terminal: terminal)
        _ = try await session.run(streams.request("attach", source, tty: program?.tty == true))
    }

    /// In kubectl's words. Whether there is a terminal at the other end, the pod says.
    private func makeTerminal(_ program: Container?, _ console: Console) -> LocalTerminal? {
        guard program?.tty == true else {
            if streams.tty {
                console.note("error: Unable to use a TTY - container \(program?.name ?? "") did not allocate one")
            }
            return nil
        }
        // One is used without `-t` too.
        _ = streams.hasTerminal(console)
        return streams.stdin && isatty(0) == 1 ? LocalTerminal() : nil
    }
}
