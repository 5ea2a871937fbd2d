/// Finds, before the parser sees it, a text whose mapping keys could hold a tower of aliases.
///
/// Values behind aliases share their storage until we expand them, and we count while we do. But the parser
/// compares the keys of each mapping, which walks through every alias inside a key: twenty levels of `? [*a, *a]`
/// are a million steps, sixty never end. A rough look at the text is enough: it may see an alias where there is
/// none (a shell script in a block), so it refuses only what has many of them and a key that could hold one.
enum YAMLAliases {
    static let maximum = 20

    static func check(_ bytes: [UInt8]) throws(JSONError) {
        let anchors = Set(names(after: UInt8(ascii: "&"), in: bytes).map(\.name))
        if anchors.isEmpty { return }
        let aliases = names(after: UInt8(ascii: "*"), in: bytes).filter { anchors.contains($0.name) }
        guard aliases.count > maximum, hasComplexKey(bytes) || aliases.contains(where: { isKey(bytes, $0.end) })
        else { return }
        throw .tooLarge("YAML with more than \(maximum) aliases and aliases or collections as keys is not read")
    }

    /// Words after a mark that stands where an anchor or alias could begin.
    private static func names(after mark: UInt8, in bytes: [UInt8]) -> [(name: ArraySlice<UInt8>, end: Int)] {
        var names: [(name: ArraySlice<UInt8>, end: Int)] = []
        for index in bytes.indices where bytes[index] == mark && canPrecedeNode(bytes, index) {
            let name = bytes[(index + 1)...].prefix { isNameByte($0) }
            if !name.isEmpty { names.append((name, name.endIndex)) }
        }
        return names
    }

    private static func canPrecedeNode(_ bytes: [UInt8], _ index: Int) -> Bool {
        index == 0 || isSpace(bytes[index - 1]) || "[{,:?-!".utf8.contains(bytes[index - 1])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        !isSpace(byte) && !",[]{}:?".utf8.contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// Whether a colon follows, which makes what stood before it a key.
    private static func isKey(_ bytes: [UInt8], _ end: Int) -> Bool {
        bytes[end...].first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: ":")
    }

    private static func hasComplexKey(_ bytes: [UInt8]) -> Bool {
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "?"):
                let isLast = index + 1 == bytes.count
                if canPrecedeNode(bytes, index), isLast || isSpace(bytes[index + 1]) { return true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if isKey(bytes, index + 1) { return true }
            default: break
            }
        }
        return false
    }
}
