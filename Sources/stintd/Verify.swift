import ArgumentParser
import Logging
import Server
import Store

/// Asks the state file whether it agrees with itself, while no daemon has it open. For tests and for whoever doubts.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks that the objects and the ledger in the state directory agree.", shouldDisplay: false)

    @OptionGroup var directories: Directories

    func run() async throws {
        let broken: [String]
        do {
            let store = try Store(
                path: "\(directories.stateDir)/state.db", types: KindRegistration.all.compactMap(\.resource),
                logger: Logger(label: "stintd") { _ in SwiftLogNoOpLogHandler() })
            broken = try await store.verify()
            await store.close()
        } catch {
            print("error: \(error)")
            throw ExitCode(2)
        }
        for sentence in broken { print(sentence) }
        if !broken.isEmpty { throw ExitCode.failure }
        print("the state agrees with itself")
    }
}
