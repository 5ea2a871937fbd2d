/// Addresses as text.
public enum IPAddress {
    static let problem = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"

    static func isValid(_ text: String) -> Bool { number(text) != nil || isIPv6(text) }

    /// Eight groups, or fewer around one `::`; the last two may be an IPv4 address.
    private static func isIPv6(_ text: String) -> Bool {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var count = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            var groups = half.split(separator: ":", omittingEmptySubsequences: false)
            if index == halves.count - 1, let last = groups.last, number(String(last)) != nil {
                groups.removeLast()
                count += 2
            }
            count += groups.count
            let areGroups = groups.allSatisfy { group in
                (1...4).contains(group.utf8.count) && group.allSatisfy { $0.isASCII && $0.isHexDigit }
            }
            if !areGroups { return false }
        }
        return halves.count == 2 ? count < 8 : count == 8
    }

    /// An IPv4 address as a number: four parts without leading zeros, which some programs take for octal.
    public static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), part == "0" || part.first != "0",
                let byte = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    public static func text(_ number: UInt32) -> String {
        stride(from: 24, through: 0, by: -8).map { String(number >> UInt32($0) & 255) }.joined(separator: ".")
    }
}
