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

/// How pods that are not in the host's network get one.
struct PodNetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the CNI configuration of the pods' network is; the first .conflist, .conf or .json by name counts. Without one, and with none for the directory, pods have their loopback only.",
            valueName: "dir"))
    var cniConfDir = "/etc/cni/net.d"

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Where the network's plugins are; may be repeated, the first that has one counts. (default: /opt/cni/bin and /usr/lib/cni)",
            valueName: "dir"))
    var cniBinDir: [String] = []

    func validate() throws {
        for (name, path) in [("--cni-conf-dir", cniConfDir)] + cniBinDir.map({ ("--cni-bin-dir", $0) })
        where !path.hasPrefix("/") && !(name == "--cni-conf-dir" && path == "none") {
            throw ValidationError("\(name) \"\(path)\" must be an absolute path")
        }
    }

    var directory: String? { cniConfDir == "none" ? nil : cniConfDir }
    var pluginDirectories: [String] { cniBinDir.isEmpty ? ["/opt/cni/bin", "/usr/lib/cni"] : cniBinDir }
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints the version.")

    func run() { print("stintd \(Daemon.version)") }
}
