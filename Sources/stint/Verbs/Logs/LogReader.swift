import Kube

/// Copies logs to standard output, whole lines at a time, so that several may be copied at once.
struct LogReader: Sendable {
    let client: APIClient
    let query: [(name: String, value: String)]
    var follow = false
    var prefix = false
    /// Seconds during which a container that has not started yet is asked again.
    var patience = 20.0

    func copy(_ source: LogSource) async throws {
        let path = ObjectPath(Pod.type, namespace: source.namespace).object(source.pod, subresource: "log")
        let request = APIRequest(.GET, path, query: [(name: "container", value: source.container)] + query)
        let prefix = prefix ? Array("[pod/\(source.pod)/\(source.container)] ".utf8) : []
        let clock = ContinuousClock()
        let giveUp = clock.now + .seconds(patience)
        while true {
            do {
                return try await client.stream(request) { response in try await copy(&response, prefix) }
            } catch let status as Status where follow && status.code == 400 && clock.now < giveUp {
                try await Task.sleep(for: .milliseconds(250))  // it has not started; nothing was printed yet
            }
        }
    }

    private func copy(_ response: inout APIResponse, _ prefix: [UInt8]) async throws {
        var lines = LineBuffer()
        while let piece = try await response.next() {
            lines.append(piece.readableBytesView)
            var output: [UInt8] = []
            while let line = lines.take() { output += prefix + line + [UInt8(ascii: "\n")] }
            if !output.isEmpty { try client.console.writeBytes(output) }
        }
        if let rest = lines.takeRest() {
            // A last line without an end stays so, unless another pod's line would be glued to it.
            try client.console.writeBytes(prefix + rest + (prefix.isEmpty ? [] : [UInt8(ascii: "\n")]))
        }
    }
}
