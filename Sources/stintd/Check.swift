import ArgumentParser
import Node

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what this host offers stint, what is missing, and what to do about it.")

    @OptionGroup var directories: Directories
    @OptionGroup var podNetwork: PodNetworkOptions

    func run() async throws {
        let report = NodeAgent.checkHost(NodeConfiguration(directories, podNetwork))
        for check in report.checks {
            print("\(check.result.rawValue.padding(8))\(check.name.padding(18))\(check.found)")
            if let advice = check.advice { print("        \("".padding(18))-> \(advice)") }
        }
        if !report.isUsable { throw ExitCode.failure }
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
