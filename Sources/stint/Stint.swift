import ArgumentParser

/// The command line. Everything it does goes through the daemon's API: it can do only what any HTTP client can.
struct Stint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stint",
        abstract: "Run Kubernetes Jobs on this host.",
        discussion: """
            Every verb takes --socket (or STINT_SOCKET) and -n/--namespace. The verbs that kubectl has work as \
            kubectl's do.
            """,
        version: StintVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "JOBS",
                subcommands: [
                    Run.self, Rerun.self, Exec.self, Attach.self, Create.self, Apply.self, Patch.self, Delete.self,
                    Wait.self,
                ]),
            CommandGroup(
                name: "LOOKING", subcommands: [Get.self, Describe.self, Logs.self, Events.self, History.self]),
            CommandGroup(
                name: "CHANGING", subcommands: [Edit.self, Replace.self, Diff.self, Label.self, Annotate.self]),
            CommandGroup(
                name: "THE API",
                subcommands: [
                    Explain.self, APIResources.self, APIVersions.self, AuthVerbs.self, ClusterInfo.self,
                ]),
            CommandGroup(
                name: "THIS HOST",
                subcommands: [
                    TopVerbs.self, ImageVerbs.self, KubeconfigVerb.self, Check.self, Completion.self, Version.self,
                ]),
        ])

    private static var verbs: [String] {
        let groups = configuration.groupedSubcommands.flatMap(\.subcommands)
        return ["help"] + groups.map { $0.configuration.commandName ?? "\($0)".lowercased() }
    }

    /// Parses and runs; returns the exit code.
    static func perform(_ arguments: [String]) async -> Int32 {
        let console = Console.current
        do {
            let arguments = KubectlSpelling.normalized(arguments)
            if let verb = arguments.first, let absence = UsageText.absentVerb(verb) {
                console.note(absence)
                return 1
            }
            if let verb = arguments.first, let complaint = UsageText.unknownVerb(verb, known: verbs) {
                console.note(complaint)
                return 1
            }
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch  where exitCode(for: error) == .success {  // --help, --version, completion scripts
            return (try? console.print(fullMessage(for: error))) == nil ? 1 : 0
        } catch  where exitCode(for: error) == .validationFailure {
            console.note(UsageText.shortened(fullMessage(for: error)))
            return 1
        } catch {
            let failure = Failure(error)
            if let message = failure.message { console.note(message) }
            return failure.exitCode
        }
    }
}

enum StintVersion {
    static let current = "0.1.0"
}
