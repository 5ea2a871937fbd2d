import ArgumentParser
import Foundation
import Kube

/// `stint check`: what this host offers.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what of this host stint can use, what is missing, and what to do about it.",
        discussion:
            "Asks the daemon. When none answers, 'stintd check' is run instead. Exits 1 when something is missing.")

    @OptionGroup var connection: ConnectionOptions

    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "json or yaml.", transform: OutputFormat.parse)
    var output: OutputFormat?

    func validate() throws {
        if let output, output != .json, output != .yaml { throw ValidationError("-o is json or yaml here") }
    }

    func run() async throws {
        let client = connection.client
        let report: JSONValue
        do {
            report = try await client.send(APIRequest(.GET, "/apis/stint.dev/v1/check"))
        } catch ConnectionError.noDaemon(_, let code) where code == ENOENT || code == ECONNREFUSED {
            guard output == nil, let daemon = Self.daemonProgram() else {
                throw ConnectionError.noDaemon(client.socket.path, errno: code)
            }
            throw ExitCode(try Self.run(daemon))
        }
        let host = try KubeJSON.decode(HostReport.self, from: report)
        if let output {
            try output.print(.single(report), to: client.console)
        } else {
            try client.console.write(Self.text(of: host))
        }
        if !host.isUsable { throw Failure.silent(1) }
    }

    /// Each check on a line, advice below it.
    static func text(of report: HostReport) -> String {
        var text = TabbedText(padding: 3)
        for check in report.checks {
            text.line(0, "\(check.result.rawValue)\t\(check.name)\t\(check.found)")
            if let advice = check.advice { text.line(0, "\t\t\(advice)") }
        }
        return text.text
    }

    /// `stintd` beside this program, else on PATH.
    private static func daemonProgram() -> String? {
        // No /proc: PATH.
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = [beside] + path.split(separator: ":").map(String.init)
        return folders.map { "\($0)/stintd" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func run(_ program: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["check"]
        try process.run()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }
}
