extension Quantity {
    static let decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
    static let binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    /// Nil when the text is not a quantity: see `badFormat`.
    public init?(_ text: String) {
        var rest = text.utf8[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        guard let number = Self.takeNumber(&rest), let scale = Self.scale(Substring(rest)) else { return nil }
        let amount = Self.scaled(number, scale)
        self.init(nano: isNegative ? -amount : amount, format: scale.format)
    }

    /// What upstream answers to a text that is not a quantity.
    static let badFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

    /// Digits without leading zeros, and how many of them stand behind the point.
    private struct Number {
        var digits: [UInt8] = []
        var fractionDigits = 0
    }

    private struct Scale {
        var format: Format
        var base: Int128
        var exponent: Int
    }

    private static func takeNumber(_ rest: inout Substring.UTF8View) -> Number? {
        var number = Number()
        var sawDigit = false
        var sawPoint = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if (48...57).contains(byte) {
                sawDigit = true
                if byte != 48 || !number.digits.isEmpty { number.digits.append(byte - 48) }
                if sawPoint { number.fractionDigits += 1 }
            } else {
                break
            }
            rest.removeFirst()
        }
        return sawDigit ? number : nil
    }

    private static func scale(_ suffix: Substring) -> Scale? {
        if let power = decimalSuffixes.firstIndex(of: String(suffix)) {
            return Scale(format: .decimal, base: 10, exponent: 3 * (power - 3))
        }
        if let power = binarySuffixes.firstIndex(of: String(suffix)) {
            return Scale(format: .binary, base: 1024, exponent: power)
        }
        guard suffix.first == "e" || suffix.first == "E", let exponent = Int32(suffix.dropFirst()) else { return nil }
        return Scale(format: .exponent, base: 10, exponent: Int(exponent))
    }

    /// The amount in nano, rounded up, cut at `largest`. No step can overflow, whatever was written.
    private static func scaled(_ number: Number, _ scale: Scale) -> Int128 {
        if number.digits.isEmpty { return 0 }
        // Thirty digits are more than Int64 in nano needs; the rest only decides whether to round up.
        let kept = number.digits.prefix(30)
        let dropped = number.digits.dropFirst(30)
        var amount = kept.reduce(Int128(0)) { $0 * 10 + Int128($1) }
        var isInexact = dropped.contains { $0 != 0 }
        var tens = dropped.count - number.fractionDigits + 9
        if scale.base == 10 {
            tens += scale.exponent
        } else {
            for _ in 0..<scale.exponent {
                let (product, overflow) = amount.multipliedReportingOverflow(by: 1024)
                if !overflow {
                    amount = product
                } else {
                    isInexact = isInexact || amount % 1000 != 0
                    amount = amount / 1000 * 1024  // 30 digits and Ei: far beyond the cap or far below its last digit
                    tens += 3
                }
            }
        }
        while tens > 0, amount < largest {
            amount = amount.multipliedReportingOverflow(by: 10).overflow ? largest : amount * 10
            tens -= 1
        }
        while tens < 0, amount > 0 {
            isInexact = isInexact || amount % 10 != 0
            amount /= 10
            tens += 1
        }
        return min(amount + (isInexact ? 1 : 0), largest)
    }

    /// Upstream's `CanonicalizeBytes`: below 1024 binary amounts are printed as decimal ones, and so is what a
    /// binary suffix cannot say exactly.
    static func canonical(_ nano: Int128, _ format: Format) -> String {
        if nano == 0 { return "0" }
        if format == .binary, nano.magnitude >= UInt128(1024 * nanoPerUnit), nano % nanoPerUnit == 0 {
            var amount = nano / nanoPerUnit
            var power = 0
            while amount % 1024 == 0, power < binarySuffixes.count - 1 {
                amount /= 1024
                power += 1
            }
            return "\(amount)\(binarySuffixes[power])"
        }
        var amount = nano
        var power = 0
        while amount % 1000 == 0, power < decimalSuffixes.count - 1 {
            amount /= 1000
            power += 1
        }
        if format != .exponent { return "\(amount)\(decimalSuffixes[power])" }
        return power == 3 ? "\(amount)" : "\(amount)e\(3 * (power - 3))"
    }
}

extension Quantity: Codable {
    /// Takes a string or, as upstream does, a plain number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        switch try container.decode(JSONValue.self) {
        case .string(let value): text = value
        case .integer(let value): text = String(value)
        case .number(let value): text = JSONValue.text(of: value)
        default: text = ""
        }
        guard let quantity = Quantity(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: Quantity.badFormat)
        }
        self = quantity
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
