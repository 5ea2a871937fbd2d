/// What the user reads who typed something that no verb understands.
enum UsageText {
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
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("Error: ") { lines[index] = "error: " + lowercasedStart(line.dropFirst("Error: ".count)) }
            if line.hasPrefix("  See "), line.hasSuffix(" for more information.") {
                lines[index] = line.trimmed.replacing(" for more information.", with: " for usage.")
            }
        }
        return lines.joined(separator: "\n")
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
