/// Names for objects that came with `generateName` (apiserver `storage/names`).
public enum NameGenerator {
    /// Without vowels and look-alikes, so that no words appear.
    static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    public static let suffixLength = 5

    /// The prefix, cut so that the name fits 63 characters, and five random ones.
    public static func name(from prefix: String, using generator: inout some RandomNumberGenerator) -> String {
        prefix.prefix(63 - suffixLength) + suffix(using: &generator)
    }

    public static func name(from prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        return name(from: prefix, using: &generator)
    }

    public static func suffix(using generator: inout some RandomNumberGenerator) -> String {
        String((0..<suffixLength).map { _ in alphabet.randomElement(using: &generator)! })
    }
}
