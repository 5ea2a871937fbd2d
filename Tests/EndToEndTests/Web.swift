import Foundation
import TestSupport

/// Plain HTTP over TLS, as anybody may speak it: curl with some credentials, or none.
struct Web: Sendable {
    struct Answer: CustomStringConvertible {
        /// 0 when there was no answer at all.
        let status: Int
        let body: String

        /// The `reason` of a Status.
        var reason: String? {
            value(try? JSONSerialization.jsonObject(with: Data(body.utf8)), "reason") as? String
        }

        var description: String { "\(status) \(body)" }
    }

    private let daemon: DaemonFixture
    private let options: [String]

    init(_ daemon: DaemonFixture, options: [String]) {
        self.daemon = daemon
        self.options = options
    }

    /// The path is sent as it is written, dots and slashes included.
    func ask(_ method: String, _ path: String, body: String = "", type: String = "application/json") async throws
        -> Answer
    {
        var command =
            ["curl", "-s", "--path-as-is", "--max-time", "30", "-X", method, "-w", "\n%{http_code}"] + options
        if !body.isEmpty { command += ["-H", "Content-Type: \(type)", "--data-binary", body] }
        let result = try await runCommand(command + ["https://\(daemon.listen ?? "")\(path)"], in: daemon.scope)
        let cut = result.output.lastIndex(of: "\n") ?? result.output.startIndex
        return Answer(
            status: Int(result.output[cut...].dropFirst()) ?? 0, body: String(result.output[..<cut]))
    }
}
