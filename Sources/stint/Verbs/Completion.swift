import ArgumentParser

/// `stint completion`: what a shell needs to complete stint's words.
struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the completion script for a shell.", usage: "stint completion bash|zsh|fish",
        discussion: "For example: source <(stint completion bash)")

    @Argument(help: "bash, zsh or fish.")
    var shell: String

    func run() throws {
        guard let known = CompletionShell(rawValue: shell) else {
            throw Failure("Unsupported shell type \"\(shell)\".")
        }
        try Console.current.print(Stint.completionScript(for: known))
    }
}
