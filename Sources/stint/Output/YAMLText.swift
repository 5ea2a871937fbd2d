import Kube

/// YAML as kubectl prints it: members in order of their names, lists not indented below their name, texts quoted only
/// when they would be read as something else.
enum YAMLText {
    static func text(of value: JSONValue) -> String {
        var lines: [String] = []
        write(value, indent: 0, head: "", into: &lines)
        return lines.map { $0 + "\n" }.joined()
    }

    /// `head` is what already stands on the value's first line: `name:` or `-`, indented.
    private static func write(_ value: JSONValue, indent: Int, head: String, into lines: inout [String]) {
        let space = String(repeating: " ", count: indent)
        switch value {
        case .object(let members) where !members.isEmpty:
            // The first member of a list element stands behind the dash; below a name, members begin a new line.
            var isBehindDash = head.hasSuffix("-")
            if !head.isEmpty, !isBehindDash { lines.append(head) }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                let start = (isBehindDash ? head + " " : space) + scalar(name) + ":"
                isBehindDash = false
                let isList = member.array?.isEmpty == false
                write(member, indent: isList ? indent : indent + 2, head: start, into: &lines)
            }
        case .array(let elements) where !elements.isEmpty:
            var isBehindDash = head.hasSuffix("-")
            if !head.isEmpty, !isBehindDash { lines.append(head) }
            for element in elements {
                let start = isBehindDash ? head + " -" : space + "-"
                isBehindDash = false
                write(element, indent: indent + 2, head: start, into: &lines)
            }
        case .string(let text) where text.contains("\n") && isBlock(text):
            lines.append((head.isEmpty ? "" : head + " ") + blockHeader(text))
            let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
            let blockIndent = String(repeating: " ", count: max(indent, 2))
            for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append(line.isEmpty ? "" : blockIndent + line)
            }
        default:
            lines.append((head.isEmpty ? "" : head + " ") + inline(value))
        }
    }

    private static func inline(_ value: JSONValue) -> String {
        switch value {
        case .object: "{}"
        case .array: "[]"
        case .string(let text): scalar(text)
        default: value.compact
        }
    }

    /// Characters that a block shows as they are.
    private static func isBlock(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || ($0.value >= 32 && $0.value != 127 && $0.value != 0xFEFF) }
            && !text.hasPrefix("\n")
    }

    private static func blockHeader(_ text: String) -> String {
        let indentation = text.hasPrefix(" ") ? "2" : ""
        return "|" + indentation + (text.hasSuffix("\n\n") ? "+" : text.hasSuffix("\n") ? "" : "-")
    }

    private static func scalar(_ text: String) -> String {
        if text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 || $0.value == 0xFEFF }) {
            return JSONValue.string(text).compact
        }
        if isReadAsSomethingElse(text) { return "\"\(text)\"" }
        return isPlain(text) ? text : "'" + text.replacing("'", with: "''") + "'"
    }

    private static let words: Set<String> = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<"]

    /// Numbers, times, truth values: quotes keep them texts.
    private static func isReadAsSomethingElse(_ text: String) -> Bool {
        if words.contains(text.lowercased()) { return true }
        guard let first = text.utf8.first else { return true }
        guard (48...57).contains(first) || [43, 45, 46].contains(first) else { return false }  // digits + - .
        let plain = text.replacing("_", with: "")
        if Double(plain) != nil || Int(plain.dropFirst(2), radix: 16) != nil && plain.hasPrefix("0x") { return true }
        if [".inf", "-.inf", "+.inf", ".nan"].contains(text.lowercased()) { return true }
        if plain.hasPrefix("0o") || plain.hasPrefix("0b") { return Int(plain.dropFirst(2), radix: 8) != nil }
        return isTime(text) || isSexagesimal(text)
    }

    private static func isTime(_ text: String) -> Bool {
        RFC3339.parse(text) != nil || (text.count == 10 && RFC3339.parse(text + "T00:00:00Z") != nil)
    }

    /// `12:30:45`, which YAML 1.1 reads as a number to the base 60.
    private static func isSexagesimal(_ text: String) -> Bool {
        text.contains(":") && text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == "." || $0 == "-" || $0 == "+") }
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        if first == " " || last == " " || last == ":" { return false }
        if text.contains(": ") || text.contains(" #") { return false }
        if ",[]{}#&*!|>'\"%@`".contains(first) { return false }
        if "-?:".contains(first) { return text.count > 1 && text.dropFirst().first != " " && text != "---" }
        return !text.hasPrefix("...")
    }
}
