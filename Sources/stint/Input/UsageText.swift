/// What the user reads who typed something that no verb understands.
enum UsageText {
    /// What kubectl has and stint has not, and what to do instead where there is something.
    private static let absent: [String: String] = [
        "autoscale": "", "certificate": "",
        "config":
            "it reads no kubeconfig; --socket or STINT_SOCKET name the daemon, -n the namespace",
        "cordon": "",
        "cp": "'tar c FILES | stint exec -i POD -- tar x -C DIR' copies into a container, and the other way round",
        "debug": "", "drain": "", "expose": "",
        "kustomize": "use 'kustomize build DIR | stint apply -f -'", "plugin": "", "port-forward": "",
        "proxy": "'stint get --raw PATH' asks the API for anything", "rollout": "Jobs are not rolled out",
        "scale": "change a Job's parallelism with 'stint patch'", "set": "use 'stint patch' or 'stint edit'",
        "taint": "", "uncordon": "",
    ]

    /// Nil when `word` is no verb of kubectl's that stint lacks.
    static func absentVerb(_ word: String) -> String? {
        guard let instead = absent[word] else { return nil }
        return "error: stint has no \(word) yet" + (instead.isEmpty ? "" : ": \(instead)")
    }

    /// Nil when `word` is a verb, or no verb at all but an option.
    static func unknownVerb(_ word: String, known: [String]) -> String? {
        guard !word.hasPrefix("-"), !known.contains(word) else { return nil }
        let near = known.filter { $0.hasPrefix(word) || NearMiss.distance(word, $0) <= 2 }.sorted()
        let question = near.isEmpty ? "" : "\n\nDid you mean this?\n" + near.map { "\t\($0)" }.joined(separator: "\n")
        return "error: unknown command \"\(word)\" for \"stint\"\(question)\nRun 'stint --help' for usage."
    }

    /// The flag parser's message in kubectl's manner, without the line that lists every option there is.
    static func shortened(_ message: String) -> String {
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeAll { $0.hasPrefix("Usage:") && ($0.contains("[--socket") || $0.contains("[<options>]")) }
        // Several ways to use a verb are for its help.
        if let usage = lines.firstIndex(where: { $0.hasPrefix("Usage:") }) {
            let end = lines[(usage + 1)...].firstIndex { !$0.hasPrefix("       ") } ?? lines.endIndex
            if end > usage + 1 { lines.removeSubrange(usage..<end) }
        }
        if let sentence = lines.first.flatMap(ownSentence) { return sentence }
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("Error: ") { lines[index] = "error: " + lowercasedStart(line.dropFirst("Error: ".count)) }
            if line.hasPrefix("  See "), line.hasSuffix(" for more information.") {
                lines[index] = line.trimmed.replacing(" for more information.", with: " for usage.")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What we say about a value is kubectl's sentence, whole: the parser's words around it are left out.
    private static func ownSentence(_ line: String) -> String? {
        guard line.hasPrefix("Error: The value '"), let start = line.firstRange(of: "is invalid for '-"),
            let end = line[start.upperBound...].firstRange(of: "': ")
        else { return nil }
        return "error: " + line[end.upperBound...]
    }

    /// The parser's own sentences begin with one of these; ours are kubectl's and stay as they are.
    private static func lowercasedStart(_ text: Substring) -> String {
        let isTheParsers = ["Missing ", "Unknown ", "Unexpected ", "The value "].contains { text.hasPrefix($0) }
        return isTheParsers ? text.prefix(1).lowercased() + text.dropFirst() : String(text)
    }
}

/// How far apart two words are.
enum NearMiss {
    /// Letters to insert, remove or exchange (Levenshtein).
    static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (letter == b[j] ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
