/// YAML as `kubectl get -o yaml` prints it: block style, names sorted, lists not indented below their name, strings
/// quoted only where they would be read as something else.
public enum YAMLWriter {
    public static func text(of value: some Encodable) throws(JSONError) -> String {
        text(of: try KubeJSON.tree(of: value))
    }

    public static func text(of value: JSONValue) -> String {
        var lines = ""
        write(value, indent: 0, into: &lines)
        return lines
    }

    /// Writes a value on lines of its own.
    private static func write(_ value: JSONValue, indent: Int, into text: inout String) {
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .object(let members) where !members.isEmpty:
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                // As a name, << would merge what follows into this object.
                text += "\(margin)\(name == "<<" ? "\"<<\"" : scalar(name)):"
                writeBehindName(member, indent: indent, into: &text)
            }
        case .array(let elements) where !elements.isEmpty:
            for element in elements { writeElement(element, indent: indent, into: &text) }
        default: text += "\(margin)\(inline(value, indent: indent))\n"
        }
    }

    private static func writeBehindName(_ value: JSONValue, indent: Int, into text: inout String) {
        switch value {
        case .object(let members) where !members.isEmpty:
            text += "\n"
            write(value, indent: indent + 2, into: &text)
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            write(value, indent: indent, into: &text)
        default: text += " \(inline(value, indent: indent))\n"
        }
    }

    /// `- ` and the value; what follows its first line is indented by two more, text of several lines too.
    private static func writeElement(_ value: JSONValue, indent: Int, into text: inout String) {
        switch value {
        case .object(let members) where !members.isEmpty: break
        case .array(let elements) where !elements.isEmpty: break
        default:
            text += String(repeating: " ", count: indent) + "- \(inline(value, indent: indent))\n"
            return
        }
        var block = ""
        write(value, indent: indent + 2, into: &block)
        text += String(repeating: " ", count: indent) + "- " + block.dropFirst(indent + 2)
    }

    private static func inline(_ value: JSONValue, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): JSONValue.text(of: number)
        case .string(let text): isBlock(text) ? block(text, indent: indent) : scalar(text)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// Text of several lines, which a literal block can hold as it is.
    private static func isBlock(_ text: String) -> Bool {
        text.contains("\n") && text.unicodeScalars.allSatisfy { $0 == "\n" || isPrintable($0) }
            && !text.contains(" \n") && !text.hasSuffix(" ")
    }

    private static func block(_ text: String, indent: Int) -> String {
        let trailing = text.reversed().prefix { $0 == "\n" }.count
        // A reader takes the first line's blanks for the margin, unless it is told how wide that is.
        let hint = text.hasPrefix(" ") || text.hasPrefix("\n") ? "2" : ""
        let mark = "|" + hint + (trailing == 0 ? "-" : trailing > 1 || text == "\n" ? "+" : "")
        let margin = String(repeating: " ", count: indent + 2)
        let lines = (trailing == 0 ? text[...] : text.dropLast()).split(
            separator: "\n", omittingEmptySubsequences: false)
        return ([mark] + lines.map { $0.isEmpty ? "" : margin + $0 }).joined(separator: "\n")
    }

    /// Plain when it reads back as the same string, else in single quotes, else (control characters) in double.
    static func scalar(_ text: String) -> String {
        if text.unicodeScalars.contains(where: { !isPrintable($0) }) { return doubleQuoted(text) }
        if isPlain(text) { return text }
        if !YAMLScalar.looksLikeString(text) || looksLikeOldNumber(text) { return doubleQuoted(text) }
        return "'\(text.replacing("'", with: "''"))'"
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Beyond the first plane kubectl writes escapes.
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        default: false
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.first, let last = text.last, YAMLScalar.looksLikeString(text) else { return false }
        if first == " " || last == " " || last == ":" { return false }
        if "#,[]{}&*!|>'\"%@`".contains(first) { return false }
        if "?-:".contains(first), text.count == 1 || text.dropFirst().first == " " { return false }
        if text.hasPrefix("---") || text.hasPrefix("...") { return false }
        if looksLikeOldNumber(text) { return false }
        return !text.contains(": ") && !text.contains(" #")
    }

    /// Dates and base-60 numbers are strings to us and not to every reader of YAML.
    private static func looksLikeOldNumber(_ text: String) -> Bool {
        guard
            text.utf8.first.map({ (48...57).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") })
                == true
        else { return false }
        let isSexagesimal =
            text.utf8.allSatisfy { (48...57).contains($0) || ":_.-+".utf8.contains($0) } && text.contains(":")
        let start = Array(text.utf8.prefix(5))
        let isDate =
            start.count == 5 && start[4] == UInt8(ascii: "-") && start[..<4].allSatisfy { (48...57).contains($0) }
        return isSexagesimal
            || (isDate && text.utf8.allSatisfy { (48...57).contains($0) || "-:tTzZ.+ ".utf8.contains($0) })
    }

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            case _ where scalar.value <= 0xFF: quoted += "\\x" + hex(scalar.value, 2)
            case _ where scalar.value <= 0xFFFF: quoted += "\\u" + hex(scalar.value, 4)
            default: quoted += "\\U" + hex(scalar.value, 8)
            }
        }
        return quoted + "\""
    }

    private static func hex(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}
