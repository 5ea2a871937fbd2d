import ArgumentParser
import Foundation
import Logging

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs the daemon (the default).")

    @OptionGroup var directories: Directories
    @OptionGroup var podNetwork: PodNetworkOptions

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Where the API listens; may be repeated. HOST:PORT: TLS, for holders of a certificate (stint kubeconfig); port 0 picks one. none: no TCP. unix:PATH, or a bare path: where the socket for root is. (default: 127.0.0.1:6443, and stint.sock in the run directory)",
            valueName: "address"))
    var listen: [String] = []

    @Option(help: ArgumentHelp("How many pods may run at once.", valueName: "count"))
    var maxPods = 1000

    @Option(help: ArgumentHelp("Processes and threads one pod may have.", valueName: "count"))
    var podPidsLimit = 4096

    @Option(
        help: ArgumentHelp(
            "How many pods that ended are kept; the oldest go first. 0 keeps all. What they did stays in the history.",
            valueName: "count"))
    var terminatedPodGcThreshold = 12500

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func validate() throws {
        _ = try listening
        guard maxPods > 0 else { throw ValidationError("--max-pods must be at least 1") }
        guard podPidsLimit > 0 else { throw ValidationError("--pod-pids-limit must be at least 1") }
    }

    func run() async throws {
        let level = logLevel
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "stintd")
        do {
            try await Daemon(self, logger: logger).run()
        } catch {
            logger.critical("stintd stops: \(error)")
            throw ExitCode.failure
        }
    }

    var listening: Listening {
        get throws { try Listening(listen, runDirectory: directories.runDir) }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
