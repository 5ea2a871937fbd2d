/// What an unquoted word means, by the rules of Go's yaml.v2, which are YAML 1.1's with exceptions: `yes`, `on`
/// and `y` are true, `0777` is octal, `1_000` is a number, `12:30:00` and dates are strings.
enum YAMLScalar {
    static let stringTag = "tag:yaml.org,2002:str"
    private static let prefix = "tag:yaml.org,2002:"

    /// The tag is empty when nothing but the text tells the type.
    static func value(_ text: String, tag: String) throws(JSONError) -> JSONValue {
        switch tag {
        case "": return try plain(text)
        case stringTag, "!", prefix + "binary", prefix + "timestamp": return .string(text)
        case prefix + "bool", prefix + "int", prefix + "null", prefix + "float":
            let value = try plain(text)
            switch (tag.dropFirst(prefix.count), value) {
            case ("bool", .bool), ("int", .integer), ("null", .null), ("float", .number): return value
            case ("float", .integer(let number)): return .number(Double(number))
            default: break
            }
        default: break
        }
        throw .badValue("error converting YAML to JSON: yaml: cannot decode `\(text)` as a \(tag)")
    }

    private static let words: [String: JSONValue] = {
        var words: [String: JSONValue] = ["": .null, "~": .null]
        let spellings = { (word: String) in [word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()] }
        for word in ["y", "yes", "true", "on"] { spellings(word).forEach { words[$0] = .bool(true) } }
        for word in ["n", "no", "false", "off"] { spellings(word).forEach { words[$0] = .bool(false) } }
        spellings("null").forEach { words[$0] = .null }
        return words
    }()

    private static func plain(_ text: String) throws(JSONError) -> JSONValue {
        if text.utf8.count < 6, let value = words[text] { return value }
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
        if [".inf", "-.inf", "+.inf", ".nan"].contains(text.lowercased()) {
            throw .badValue("error converting YAML to JSON: json: unsupported value: \(text)")
        }
        if first == UInt8(ascii: ".") { return float(text) ?? .string(text) }
        if isDate(text) { return .string(text) }
        let digits = text.replacing("_", with: "")
        if let number = integer(digits) { return .integer(number) }
        return float(digits) ?? .string(text)
    }

    /// Whether a number with such a text would be read back as something other than a string.
    static func looksLikeString(_ text: String) -> Bool {
        // A text that cannot be resolved (.inf) must be quoted as well.
        if case .string? = try? plain(text) { true } else { false }
    }

    /// Go's ParseInt with base 0.
    private static func integer(_ text: String) -> Int64? {
        var digits = text[...]
        let sign = digits.first == "-" ? "-" : ""
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        guard let first = digits.first, first.isASCII, first.isNumber else { return nil }
        var radix = 10
        let lower = digits.prefix(2).lowercased()
        if let prefixed = ["0x": 16, "0o": 8, "0b": 2][lower] {
            radix = prefixed
            digits.removeFirst(2)
        } else if first == "0", digits.count > 1 {
            radix = 8
            digits.removeFirst()
        }
        if digits.first == "+" || digits.first == "-" { return nil }
        return Int64(sign + digits, radix: radix)
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func float(_ text: String) -> JSONValue? {
        var rest = text.utf8[...]
        func skip(_ bytes: String) -> Bool {
            guard let first = rest.first, bytes.utf8.contains(first) else { return false }
            rest.removeFirst()
            return true
        }
        func skipDigits() -> Int {
            let before = rest.count
            while skip("0123456789") {}
            return before - rest.count
        }
        _ = skip("+-")
        let whole = skipDigits()
        if skip("."), skipDigits() == 0, whole == 0 { return nil }
        if skip("eE") {
            _ = skip("+-")
            if skipDigits() == 0 { return nil }
        }
        guard rest.isEmpty, let number = Double(text), number.isFinite else { return nil }
        return .number(number)
    }

    /// `2001-01-02`, and longer ones: four digits and a dash.
    private static func isDate(_ text: String) -> Bool {
        let start = Array(text.utf8.prefix(5))
        return start.count == 5 && start[4] == UInt8(ascii: "-") && start[..<4].allSatisfy { (48...57).contains($0) }
    }
}
