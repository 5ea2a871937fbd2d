import ArgumentParser

/// The daemon: configuration and wiring, nothing else.
@main
struct Stintd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stintd",
        abstract: "Runs Kubernetes Jobs on this host.",
        subcommands: [Serve.self, Check.self, Verify.self, Version.self],
        defaultSubcommand: Serve.self)
}

/// Where this daemon keeps things; several daemons with different directories run side by side.
struct Directories: ParsableArguments {
    @Option(help: ArgumentHelp("Objects, images, logs: survives a reboot.", valueName: "dir"))
    var stateDir = "/var/lib/stint"

    @Option(help: ArgumentHelp("Sockets and what the supervisors report: goes with a reboot.", valueName: "dir"))
    var runDir = "/run/stint"

    @Option(
        name: .customLong("init"),
        help: ArgumentHelp("The stint-init program; beside stintd when not given.", valueName: "path"))
    var initPath: String?

    @Option(
        help: ArgumentHelp(
            "The cgroup below which pods get theirs. By default one named after the run directory, below the group stintd is started in.",
            valueName: "group"))
    var cgroupParent: String?

    func validate() throws {
        for (name, path) in [("--state-dir", stateDir), ("--run-dir", runDir)] where !path.hasPrefix("/") {
            throw ValidationError("\(name) \"\(path)\" must be an absolute path")
        }
    }
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints the version.")

    func run() { print("stintd \(Daemon.version)") }
}
