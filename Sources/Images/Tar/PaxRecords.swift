internal import Linux

/// The records of a pax extended header, `length keyword=value\n` each.
struct PaxRecords {
    /// In order; a later one of the same keyword wins. An empty value takes a global one back.
    private(set) var records: [(key: String, value: ArraySlice<UInt8>)] = []

    /// Nil when the records are not well formed.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 3, length <= rest.count
            else { return nil }
            let record = rest.prefix(length)
            guard record.last == UInt8(ascii: "\n"), record[digits.endIndex] == UInt8(ascii: " "),
                let equals = record.firstIndex(of: UInt8(ascii: "="))
            else { return nil }
            let key = record[(digits.endIndex + 1)..<equals]
            guard !key.isEmpty, !key.contains(0) else { return nil }
            records.append((String(decoding: key, as: UTF8.self), record[(equals + 1)...].dropLast()))
            rest = rest.dropFirst(length)
        }
    }

    /// A whole number, not negative; nil when the text is none or too large.
    static func number(_ text: ArraySlice<UInt8>) -> Int64? {
        guard !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(String(decoding: text, as: UTF8.self))
    }

    /// Decimal seconds since 1970, maybe negative, maybe with a fraction, of which nine digits count.
    static func time(_ text: ArraySlice<UInt8>) -> FileTime? {
        let negative = text.first == UInt8(ascii: "-")
        let parts = text.dropFirst(negative ? 1 : 0).split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let seconds = number(whole), seconds < 1 << 60 else { return nil }
        var nanoseconds: Int64 = 0
        if parts.count == 2 {
            guard parts[1].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            let digits = parts[1].prefix(9)
            for digit in digits { nanoseconds = nanoseconds * 10 + Int64(digit - 0x30) }
            for _ in digits.count..<9 { nanoseconds *= 10 }
        }
        guard negative else { return FileTime(seconds: seconds, nanoseconds: nanoseconds) }
        return nanoseconds == 0
            ? FileTime(seconds: -seconds) : FileTime(seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds)
    }
}
