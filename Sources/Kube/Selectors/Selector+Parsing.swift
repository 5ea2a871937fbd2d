extension Selector {
    /// Reads the text form; the error is the answer for the client.
    public init(parsing text: String) throws(Status) {
        do {
            var parser = LabelSelectorParser(text)
            self.init(requirements: try parser.parse())
        } catch {
            throw .badRequest("unable to parse requirement: \(error.words)")
        }
    }
}

private struct SelectorSyntaxError: Error { let words: String }

/// `key`, `!key`, `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key>1`, `key<1`, with
/// commas between them.
private struct LabelSelectorParser {
    private enum Token: Hashable {
        case word(String)
        case mark(String)
        case end

        var text: String {
            switch self {
            case .word(let text), .mark(let text): text
            case .end: ""
            }
        }
    }

    private var tokens: [Token] = []
    private var at = 0

    init(_ text: String) {
        var rest = text[...]
        while let character = rest.first {
            if character.isWhitespace {
                rest.removeFirst()
            } else if let mark = ["==", "!=", "=", "!", "<", ">", "(", ")", ","].first(where: { rest.hasPrefix($0) }) {
                tokens.append(.mark(mark))
                rest.removeFirst(mark.count)
            } else {
                let word = rest.prefix { !$0.isWhitespace && !"=!<>(),".contains($0) }
                tokens.append(.word(String(word)))
                rest.removeFirst(word.count)
            }
        }
    }

    private var next: Token { at < tokens.count ? tokens[at] : .end }

    private mutating func take() -> Token {
        defer { at += 1 }
        return next
    }

    mutating func parse() throws(SelectorSyntaxError) -> [LabelRequirement] {
        var requirements: [LabelRequirement] = []
        if next == .end { return [] }
        while true {
            requirements.append(try parseRequirement())
            switch take() {
            case .end: return requirements
            case .mark(","):
                if next == .end { throw SelectorSyntaxError(words: "found '', expected: identifier after ','") }
            case let other: throw SelectorSyntaxError(words: "found '\(other.text)', expected: ',' or 'end of string'")
            }
        }
    }

    private mutating func parseRequirement() throws(SelectorSyntaxError) -> LabelRequirement {
        if next == .mark("!") {
            at += 1
            return try requirement(parseKey(), .doesNotExist, [])
        }
        let key = try parseKey()
        switch next {
        case .end, .mark(","): return try requirement(key, .exists, [])
        case .mark("="), .mark("=="):
            at += 1
            return try requirement(key, .isIn, [parseValue()])
        case .mark("!="):
            at += 1
            return try requirement(key, .isNotIn, [parseValue()])
        case .mark(">"), .mark("<"):
            let isGreater = take() == .mark(">")
            let bound = parseValue()
            guard Int64(bound) != nil else {
                throw SelectorSyntaxError(
                    words: "values[0][\(key)]: Invalid value: \(bound.goQuoted): for 'Gt', 'Lt' operators, the value "
                        + "must be an integer")
            }
            return try requirement(key, isGreater ? .isGreater : .isLess, [bound])
        case .word("in"):
            at += 1
            return try requirement(key, .isIn, parseValues())
        case .word("notin"):
            at += 1
            return try requirement(key, .isNotIn, parseValues())
        case let other:
            throw SelectorSyntaxError(
                words: "found '\(other.text)', expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func parseKey() throws(SelectorSyntaxError) -> String {
        guard case .word(let key) = take() else {
            at -= 1
            throw SelectorSyntaxError(words: "found '\(next.text)', expected: !, identifier, or 'end of string'")
        }
        return key
    }

    /// An empty value is a value: `key=`.
    private mutating func parseValue() -> String {
        guard case .word(let value) = next else { return "" }
        at += 1
        return value
    }

    private mutating func parseValues() throws(SelectorSyntaxError) -> [String] {
        guard take() == .mark("(") else {
            at -= 1
            throw SelectorSyntaxError(words: "found '\(next.text)', expected: '('")
        }
        var values = [parseValue()]
        while next == .mark(",") {
            at += 1
            values.append(parseValue())
        }
        guard take() == .mark(")") else {
            at -= 1
            throw SelectorSyntaxError(words: "found '\(next.text)', expected: ',' or ')'")
        }
        return values
    }

    private func requirement(
        _ key: String, _ operation: LabelRequirement.Operator, _ values: [String]
    ) throws(SelectorSyntaxError) -> LabelRequirement {
        if let problem = Names.problemsOfQualifiedName(key).first {
            throw SelectorSyntaxError(words: "key: Invalid value: \(key.goQuoted): \(problem)")
        }
        for (index, value) in values.enumerated() {
            if let problem = Names.problemsOfLabelValue(value).first {
                throw SelectorSyntaxError(
                    words: "values[\(index)][\(key)]: Invalid value: \(value.goQuoted): \(problem)")
            }
        }
        return LabelRequirement(key: key, operator: operation, values: values)
    }
}
