/// Names made from `metadata.generateName`, as upstream's `names.SimpleNameGenerator` makes them.
public enum GeneratedName {
    /// No vowels and nothing that reads like one, so that no word comes out.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    private static let suffixLength = 5
    private static let maximumLength = 63
    /// How many names are tried before a clash is reported.
    static let attempts = 8

    public static func randomSuffix() -> String {
        String((0..<suffixLength).map { _ in alphabet.randomElement() ?? "x" })
    }

    static func make(_ base: String, suffix: String) -> String {
        String(base.prefix(maximumLength - suffixLength)) + suffix
    }
}
