/// `Warning` headers (RFC 7234): `299 - "text"`, as upstream's `handlers/…/warning.go` limits them.
enum WarningHeaders {
    /// All texts of one answer together.
    static let totalLimit = 4096

    /// Each text once, without control characters, quoted; those beyond the limit are left out.
    static func values(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        var total = 0
        var values: [String] = []
        for text in texts where seen.insert(text).inserted {
            let value = "299 - \"\(escaped(text))\""
            total += value.utf8.count
            guard total <= totalLimit else { break }
            values.append(value)
        }
        return values
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n", "\t": result += " "
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
