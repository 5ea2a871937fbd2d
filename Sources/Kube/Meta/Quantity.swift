/// An amount of a resource as Kubernetes writes it: `250m`, `64Mi`, `1.5`.
///
/// The value is exact in thousand-millionths ("nano"); what is finer is rounded away from zero, so that whoever
/// asked for a little gets a little, as upstream does (apimachinery `resource.Quantity`). Amounts beyond Int64 are
/// cut to it. The text is kept in canonical form: no fraction, and the largest suffix that loses nothing.
/// Two quantities are equal when their amounts are: `1000m` is `1`, `1Ki` is `1024`.
public struct Quantity: Hashable, Sendable {
    /// Which family of suffixes the author used; the canonical text stays in it.
    enum Format: Hashable { case decimal, binary, exponent }

    /// Canonical.
    public let text: String
    let nano: Int128
    let format: Format

    public init(value: Int64) { self.init(nano: Int128(value) * Self.nanoPerUnit, format: .decimal) }

    /// Thousandths of the unit, as CPU is counted.
    public init(milli: Int64) { self.init(nano: Int128(milli) * 1_000_000, format: .decimal) }

    /// Printed with binary suffixes, as memory is: `64Mi`.
    public init(bytes: Int64) { self.init(nano: Int128(bytes) * Self.nanoPerUnit, format: .binary) }

    public static let zero = Quantity(value: 0)

    init(nano: Int128, format: Format) {
        self.nano = min(max(nano, -Self.largest), Self.largest)
        self.format = format
        self.text = Self.canonical(self.nano, format)
    }

    /// Thousandths of the unit, rounded away from zero: `250m` is 250, `1` is 1000. Saturates at the ends of Int64.
    public var milliValue: Int64 { rounded(1_000_000) }

    /// The value in whole units, rounded away from zero (`Quantity.Value()` upstream).
    public var value: Int64 { rounded(Self.nanoPerUnit) }

    static let nanoPerUnit: Int128 = 1_000_000_000
    static let largest = Int128(Int64.max) * nanoPerUnit

    private func rounded(_ unit: Int128) -> Int64 {
        let (quotient, remainder) = nano.quotientAndRemainder(dividingBy: unit)
        return Int64(clamping: quotient + remainder.signum())
    }

    public static func == (a: Quantity, b: Quantity) -> Bool { a.nano == b.nano }
    public func hash(into hasher: inout Hasher) { hasher.combine(nano) }
}

extension Quantity: Comparable, CustomStringConvertible {
    public static func < (a: Quantity, b: Quantity) -> Bool { a.nano < b.nano }

    /// Keeps the left side's suffixes, unless it is zero.
    public static func + (a: Quantity, b: Quantity) -> Quantity {
        Quantity(nano: a.nano + b.nano, format: a.nano == 0 ? b.format : a.format)
    }

    public static func - (a: Quantity, b: Quantity) -> Quantity {
        Quantity(nano: a.nano - b.nano, format: a.nano == 0 ? b.format : a.format)
    }

    public static func += (a: inout Quantity, b: Quantity) { a = a + b }

    public var description: String { text }
}
