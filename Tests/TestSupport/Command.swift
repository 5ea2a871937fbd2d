import Foundation

/// A finished program: what it printed and how it ended.
public struct CommandResult: Sendable {
    public let output: String
    public let errors: String
    public let exitCode: Int32

    public init(output: String, errors: String, exitCode: Int32) {
        self.output = output
        self.errors = errors
        self.exitCode = exitCode
    }

    public var lines: [String] { output.split(separator: "\n").map(String.init) }
}

public struct CommandFailure: Error, CustomStringConvertible {
    public let command: [String]
    public let result: CommandResult

    public init(command: [String], result: CommandResult) {
        self.command = command
        self.result = result
    }

    public var description: String {
        "\(command.joined(separator: " ")) ended with \(result.exitCode)\n\(result.output)\(result.errors)"
    }
}

/// Runs a program to its end. Output goes through files, so that a grandchild that keeps a pipe open cannot hang a test.
@discardableResult
public func runCommand(
    _ command: [String], environment: [String: String] = [:], input: String? = nil, in scope: Scope
) async throws -> CommandResult {
    let files = ["out", "err"].map { "\(scope.directory)/\(UUID().uuidString).\($0)" }
    var inputPath: String?
    if let input {
        let path = "\(scope.directory)/\(UUID().uuidString).in"
        try Data(input.utf8).write(to: URL(fileURLWithPath: path))
        inputPath = path
    }
    let process = try ChildProcess(
        command, environment: environment, input: inputPath, output: files[0], errors: files[1])
    let exitCode = await process.wait()
    let texts = files.map { String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self) }
    return CommandResult(output: texts[0], errors: texts[1], exitCode: exitCode)
}
