/// Asks the plugins of a network, one after the other (CNI specification, section 3).
///
/// Any error of one ends it: libcni's rules.
struct NetworkChain {
    /// Runs one plugin with this on its standard input.
    ///
    /// - Returns: what it printed, of a plugin that ended well.
    typealias Run = (
        _ plugin: NetworkConfiguration.Plugin, _ verb: NetworkVerb, _ input: NetworkJSON
    ) throws(NetworkError) -> [UInt8]

    let network: NetworkConfiguration
    let wishes: [String: NetworkJSON]
    let run: Run

    /// In order; each is told what the one before it said. What the last one said is the result.
    func add() throws(NetworkError) -> NetworkResult {
        var result: NetworkResult?
        for plugin in network.plugins {
            let input = NetworkConfiguration.input(plugin, of: network, previous: result, wishes: wishes)
            let output = try run(plugin, .add, input)
            func wrong(_ problem: String) -> NetworkError { .plugin(type: plugin.type, verb: .add, problem: problem) }
            guard !output.isEmpty else { throw wrong("it ended well and printed no result") }
            guard let document = NetworkJSON(output) else { throw wrong("the result is not JSON") }
            do throws(MalformedNetwork) {
                result = try NetworkResult(document, expected: network.version)
            } catch { throw wrong(error.message) }
        }
        guard let result, !result.addresses.isEmpty else {
            throw .result(problem: "network \"\(network.name)\" gave the pod no address")
        }
        return result
    }

    /// In reverse order. What was never added is no error, by the specification; so it is right after any failure.
    ///
    /// - Parameter added: what ADD gave, where it is known.
    func delete(_ added: NetworkResult?) throws(NetworkError) {
        let previous = network.version.hasCheck ? added : nil
        for plugin in network.plugins.reversed() {
            _ = try run(
                plugin, .delete, NetworkConfiguration.input(plugin, of: network, previous: previous, wishes: wishes))
        }
    }

    /// In order. Networks that are older than the verb, or do not want it, are not asked.
    func check(_ added: NetworkResult) throws(NetworkError) {
        guard network.version.hasCheck, !network.isCheckDisabled else { return }
        for plugin in network.plugins {
            _ = try run(
                plugin, .check, NetworkConfiguration.input(plugin, of: network, previous: added, wishes: wishes))
        }
    }
}

extension PluginProgram.Outcome {
    /// What is wrong with a plugin's run, in libcni's words; nil of one that went well.
    func problem(limit: Duration) -> String? {
        switch end {
        case .exited(0): return nil
        case .exited(let code):
            return Self.said(output, errors) ?? "netplugin failed with no error message: exit status \(code)"
        case .signalled(let signal):
            return Self.said(output, errors) ?? "netplugin failed with no error message: signal \(signal)"
        case .tooLate: return "it was killed because it had not ended after \(limit.components.seconds)s"
        case .tooMuchOutput: return "it was killed because it printed more than \(PluginProgram.outputLimit) bytes"
        case .interrupted: return "it was killed because nobody waits for it any more"
        }
    }

    /// The error object (section 5), or whatever there is; made fit for one line.
    private static func said(_ output: [UInt8], _ errors: [UInt8]) -> String? {
        if let error = NetworkJSON(output), case .object = error {
            let message = error["msg"]?.string ?? ""
            let details = error["details"]?.string ?? ""
            if !message.isEmpty { return line(details.isEmpty ? message : "\(message); \(details)") }
            if let code = error["code"]?.integer { return "netplugin failed with code \(code) and no message" }
        }
        let text = line(String(decoding: output.isEmpty ? errors : output, as: UTF8.self))
        return text.isEmpty ? nil : "netplugin failed: \"\(text)\""
    }

    private static func line(_ text: String) -> String {
        let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let plain = words.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        var line = String.UnicodeScalarView()
        line.append(contentsOf: plain.prefix(1000))
        return String(line)
    }
}
