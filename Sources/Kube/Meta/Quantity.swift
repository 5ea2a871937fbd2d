/// An amount of a resource as Kubernetes writes it: `250m`, `64Mi`, `1.5`.
///
/// The value is exact in thousandths ("milli"); what cannot be represented is rounded up, as upstream does
/// (apimachinery `resource.Quantity`). The text is kept in canonical form.
public struct Quantity: Hashable, Sendable, Codable {
    public let text: String
    /// Thousandths of the unit: `250m` is 250, `1` is 1000. Saturates at the ends of Int64.
    public let milliValue: Int64

    /// The value in whole units, rounded up (`Quantity.Value()` upstream).
    public var value: Int64 { 0 }
}
