import Kube

/// Reads a JSONPath template.
struct JSONPathParser {
    private let source: String
    private var rest: Substring

    init(_ template: String) {
        source = template
        rest = template[...]
    }

    mutating func template() throws -> [JSONPath.Node] {
        let nodes = try nodes(inRange: false)
        guard rest.isEmpty else { throw failure("{end} without {range}") }
        return nodes
    }

    private mutating func nodes(inRange: Bool) throws -> [JSONPath.Node] {
        var nodes: [JSONPath.Node] = []
        while let brace = rest.firstIndex(of: "{") {
            if brace > rest.startIndex { nodes.append(.text(String(rest[..<brace]))) }
            let start = rest.index(after: brace)
            let end = try endOfBrace(from: start)
            let inside = String(rest[start..<end]).trimmed
            let next = rest.index(after: end)
            if inside == "end" {
                if inRange { rest = rest[next...] }
                return nodes
            }
            rest = rest[next...]
            if inside.hasPrefix("range ") {
                let steps = try steps(String(inside.dropFirst(6)).trimmed)
                nodes.append(.range(steps, try self.nodes(inRange: true)))
            } else {
                nodes.append(contentsOf: try pieces(inside))
            }
        }
        if inRange { throw failure("{range} without {end}") }
        if !rest.isEmpty { nodes.append(.text(String(rest))) }
        rest = ""
        return nodes
    }

    /// Braces and brackets inside quotes do not count.
    private func endOfBrace(from start: Substring.Index) throws -> Substring.Index {
        var quote: Character?
        var index = start
        while index < rest.endIndex {
            let character = rest[index]
            if character == "\\", quote != nil {
                index = rest.index(after: index)
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "}" {
                return index
            }
            guard index < rest.endIndex else { break }
            index = rest.index(after: index)
        }
        throw failure("unclosed action")
    }

    /// What stands between braces: a quoted text or a path; kubectl allows several in a row.
    private func pieces(_ inside: String) throws -> [JSONPath.Node] {
        guard let first = inside.first else { throw failure("{} is empty") }
        if first == "\"" || first == "'" {
            guard inside.count >= 2, inside.last == first else { throw failure("unterminated quoted string") }
            return [.text(unescaped(inside.dropFirst().dropLast()))]
        }
        return [.value(try steps(inside))]
    }

    private func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            guard isEscaped else {
                if character == "\\" { isEscaped = true } else { result.append(character) }
                continue
            }
            switch character {
            case "n": result += "\n"
            case "t": result += "\t"
            case "r": result += "\r"
            default: result.append(character)
            }
            isEscaped = false
        }
        return result
    }

    private func steps(_ path: String) throws -> [JSONPath.Step] {
        var steps: [JSONPath.Step] = []
        var rest = path[...]
        if rest.hasPrefix("$") {
            steps.append(.root)
            rest.removeFirst()
        } else if rest.hasPrefix("@") {
            rest.removeFirst()
        } else if !rest.hasPrefix("."), !rest.hasPrefix("[") {
            throw failure("unrecognized identifier \(path)")
        }
        while let character = rest.first {
            if character == "[" {
                let end = try closing(of: rest)
                let inside = String(rest[rest.index(after: rest.startIndex)..<end]).trimmed
                rest = rest[rest.index(after: end)...]
                steps.append(try bracket(inside))
            } else if character == "." {
                rest.removeFirst()
                if rest.first == "." {
                    rest.removeFirst()
                    steps.append(.descendants)
                }
                let name = try takeName(&rest)
                if name.isEmpty { continue }  // `.[0]`, `..[0]` and a lone `.`
                steps.append(name == "*" ? .everything : .member(name))
            } else {
                throw failure("unexpected \"\(character)\" in \(path)")
            }
        }
        return steps
    }

    private func takeName(_ rest: inout Substring) throws -> String {
        var name = ""
        while let character = rest.first, character != ".", character != "[" {
            if "'\"{}".contains(character) { throw failure("unexpected \(character)") }
            rest.removeFirst()
            if character == "\\", let escaped = rest.popFirst() { name.append(escaped) } else { name.append(character) }
        }
        return name
    }

    private func closing(of text: Substring) throws -> Substring.Index {
        var depth = 0
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "[" {
                depth += 1
            } else if character == "]" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        throw failure("unterminated array")
    }

    private func bracket(_ inside: String) throws -> JSONPath.Step {
        if inside == "*" { return .everything }
        if inside.hasPrefix("?("), inside.hasSuffix(")") { return .filter(try filter(inside.dropFirst(2).dropLast())) }
        let parts = Self.split(inside, at: ",")
        guard parts.count > 1 else { return try element(inside) }
        return .union(try parts.map { try element($0.trimmingSpaces) })
    }

    /// The pieces between separators that stand outside quotes.
    private static func split(_ text: String, at separator: Character) -> [Substring] {
        var quote: Character?
        return text.split(omittingEmptySubsequences: false) { character in
            if character == "'" || character == "\"" {
                quote = quote == nil ? character : quote == character ? nil : quote
            }
            return character == separator && quote == nil
        }
    }

    private func element(_ inside: String) throws -> JSONPath.Step {
        if inside == "*" { return .everything }
        if let first = inside.first, first == "'" || first == "\"", inside.last == first, inside.count >= 2 {
            let name = inside.dropFirst().dropLast()
            return .quoted(unescaped(name), (try? steps(".\(name)")) ?? [])  // not every name is a path too
        }
        if let index = Int(inside) { return .index(index) }
        let parts = inside.split(separator: ":", omittingEmptySubsequences: false).map { $0.trimmingSpaces }
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.isEmpty || Int($0) != nil }) else {
            throw failure("invalid array index [\(inside)]")
        }
        let step = parts.count == 3 ? Int(parts[2]) : nil
        if let step, step <= 0 { throw failure("step must be > 0") }
        return .slice(from: Int(parts[0]), to: Int(parts[1]), by: step)
    }

    private func filter(_ text: Substring) throws -> JSONPath.Filter {
        for operation in ["==", "!=", "<=", ">=", "<", ">"] {
            guard let range = Self.firstRange(of: operation, in: text) else { continue }
            let path = try steps(String(text[..<range.lowerBound]).trimmed)
            return JSONPath.Filter(
                path: path, comparison: (operation, try operand(String(text[range.upperBound...]).trimmed)))
        }
        return JSONPath.Filter(path: try steps(String(text).trimmed), comparison: nil)
    }

    /// Where an operator stands outside quotes.
    private static func firstRange(of operation: String, in text: Substring) -> Range<Substring.Index>? {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if character == "'" || character == "\"" {
                quote = quote == nil ? character : quote == character ? nil : quote
            } else if quote == nil, text[index...].hasPrefix(operation) {
                return index..<text.index(index, offsetBy: operation.count)
            }
        }
        return nil
    }

    private func operand(_ text: String) throws -> JSONPath.Operand {
        if let first = text.first, first == "'" || first == "\"", text.last == first, text.count >= 2 {
            return .literal(.string(unescaped(text.dropFirst().dropLast())))
        }
        if let whole = Int64(text) { return .literal(.integer(whole)) }
        if let number = Double(text) { return .literal(.number(number)) }
        if text == "true" || text == "false" { return .literal(.bool(text == "true")) }
        return .path(try steps(text))
    }

    private func failure(_ reason: String) -> Failure { Failure("error parsing jsonpath \(source), \(reason)") }
}

extension Substring {
    fileprivate var trimmingSpaces: String { String(self).trimmed }
}
