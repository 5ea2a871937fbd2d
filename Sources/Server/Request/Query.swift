import Kube

/// The query of a request: names and values in the order they came. Values are read as upstream reads them, also
/// where that is lenient (any Boolean that is not `0` or `false` is true).
struct Query: Equatable, Sendable {
    private(set) var items: [Item] = []

    struct Item: Equatable, Sendable {
        var name: String
        var value: String
    }

    init() {}

    init(_ raw: Substring) throws(Status) {
        for pair in raw.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Query.decode(parts[0])
            items.append(Item(name: name, value: parts.count == 2 ? try Query.decode(parts[1]) : ""))
        }
    }

    private static func decode(_ raw: Substring) throws(Status) -> String {
        guard let bytes = PercentCoding.decode(raw.utf8, plusIsSpace: true),
            let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0)
        else { throw Status.badTarget("the request query is not valid percent-encoded UTF-8") }
        return text
    }

    /// The first value of a name.
    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// The value, or nil when it is absent or empty.
    func text(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// Nil when absent. Upstream's `Convert_Slice_string_To_bool`: only `0` and `false` are false.
    func flag(_ name: String) -> Bool? {
        self[name].map { $0 != "0" && $0.lowercased() != "false" }
    }

    /// - Throws: 400 in the words of Go's `strconv` when the value is not a whole number.
    func integer(_ name: String) throws(Status) -> Int64? {
        guard let value = text(name) else { return nil }
        guard let number = Int64(value) else {
            let isNumeral = value.drop { $0 == "-" || $0 == "+" }.allSatisfy { $0.isASCII && $0.isNumber }
            throw Status.badRequest(
                "strconv.ParseInt: parsing \"\(value)\": \(isNumeral ? "value out of range" : "invalid syntax")")
        }
        return number
    }
}
