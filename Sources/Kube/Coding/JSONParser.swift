/// Reads JSON (RFC 8259) strictly, in one pass, into a `JSONValue`.
///
/// Written by hand because the API's safety rests on it: whole numbers stay exact, nesting is bounded, a name that
/// is given twice is noticed (the last one counts, and strict field validation refuses it), and nothing but one
/// JSON value may be in the text.
struct JSONParser {
    /// Deep enough for any object, small enough for any thread's stack.
    static let maximumDepth = 200

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0
    private var depth = 0
    private var path: [JSONPathStep] = []
    private var duplicates: [String] = []

    /// The value, and the paths of names given twice in one object.
    static func parse(_ bytes: [UInt8]) throws(JSONError) -> (value: JSONValue, duplicates: [String]) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONError) in
                var parser = JSONParser(bytes: buffer)
                return (try parser.parseDocument(), parser.duplicates)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func parseDocument() throws(JSONError) -> JSONValue {
        let value = try parseValue()
        skipSpace()
        if at < bytes.count { throw failure("text after the value") }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        skipSpace()
        guard at < bytes.count else { throw failure("unexpected end") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        case UInt8(ascii: "-"), 48...57: return try parseNumber()
        default: throw failure("unexpected character")
        }
    }

    private mutating func parseObject() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        // Collected first, so that the dictionary is made once, in its size: growing would hash every name again.
        var pairs: [(name: String, value: JSONValue)] = []
        if isNext(UInt8(ascii: "}")) { return .object([:]) }
        repeat {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw failure("a name must be a string") }
            let name = try parseString()
            guard isNext(UInt8(ascii: ":")) else { throw failure("expected ':'") }
            path.append(.name(name))
            pairs.append((name, try parseValue()))
            path.removeLast()
        } while isNext(UInt8(ascii: ","))
        guard isNext(UInt8(ascii: "}")) else { throw failure("expected ',' or '}'") }
        var members = [String: JSONValue](minimumCapacity: pairs.count)
        for (name, value) in pairs where members.updateValue(value, forKey: name) != nil {
            duplicates.append((path + [.name(name)]).text)
        }
        return .object(members)
    }

    private mutating func parseArray() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if isNext(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            path.append(.index(elements.count))
            elements.append(try parseValue())
            path.removeLast()
        } while isNext(UInt8(ascii: ","))
        guard isNext(UInt8(ascii: "]")) else { throw failure("expected ',' or ']'") }
        return .array(elements)
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        at += 1
        if depth > Self.maximumDepth { throw .tooLarge("JSON is nested deeper than \(Self.maximumDepth) levels") }
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    private mutating func isNext(_ byte: UInt8) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard at < bytes.count, bytes[at] == word.utf8Start[index] else { throw failure("unexpected character") }
            at += 1
        }
    }

    private func failure(_ reason: String) -> JSONError { .syntax(reason, offset: at) }
}

// Numbers and strings.
extension JSONParser {
    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let firstDigit = at
        guard skipDigits() > 0 else { throw failure("expected a digit") }
        if bytes[firstDigit] == UInt8(ascii: "0"), at - firstDigit > 1 { throw failure("a number starts with 0") }
        var isWhole = true
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            guard skipDigits() > 0 else { throw failure("expected a digit") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() > 0 else { throw failure("expected a digit") }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw failure("the number is out of range") }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
        return at - start
    }

    /// From the opening quote to behind the closing one.
    private mutating func parseString() throws(JSONError) -> String {
        at += 1
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                let text = try text(of: UnsafeBufferPointer(rebasing: bytes[start..<at]))
                at += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            if byte < 0x20 { throw failure("a control character in a string") }
            at += 1
        }
        throw failure("unexpected end")
    }

    private func text(of slice: some Collection<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw failure("a string is not UTF-8") }
        return text
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var buffer = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(of: buffer)
            case UInt8(ascii: "\\"): try parseEscape(into: &buffer)
            case ..<0x20: throw failure("a control character in a string")
            default: buffer.append(byte)
            }
        }
        throw failure("unexpected end")
    }

    private mutating func parseEscape(into buffer: inout [UInt8]) throws(JSONError) {
        guard at < bytes.count else { throw failure("unexpected end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): buffer.append(contentsOf: UTF8.encode(try parseScalar())!)
        default: throw failure("an unknown escape")
        }
    }

    /// After `\u`. A lone surrogate becomes U+FFFD, as in Go.
    private mutating func parseScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try parseHex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let mark = at
        if first < 0xDC00, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
            at += 2
            let second = try parseHex()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        at = mark
        return "\u{FFFD}"
    }

    private mutating func parseHex() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw failure("unexpected end") }
        var value: UInt32 = 0
        for byte in bytes[at..<at + 4] {
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70, 97...102: value = value << 4 | UInt32((byte | 0x20) - 87)
            default: throw failure("expected four hex digits")
            }
        }
        at += 4
        return value
    }
}

/// One step from a value to one inside it.
enum JSONPathStep: Hashable {
    case name(String)
    case index(Int)
}

extension [JSONPathStep] {
    /// `spec.containers[0].name`
    var text: String {
        reduce(into: "") { text, step in
            switch step {
            case .name(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
