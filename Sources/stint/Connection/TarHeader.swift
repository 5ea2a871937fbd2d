/// The headers of one member of a tar archive: POSIX ustar, preceded by a pax header for what ustar has no room for
/// (names over 100 bytes, 8 GiB and more).
struct TarHeader: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case file(size: Int)
        case symbolicLink(target: String)
    }

    var name: String
    var kind: Kind

    static let blockSize = 512
    /// Two empty blocks end an archive.
    static let end = [UInt8](repeating: 0, count: 2 * blockSize)

    /// Zeros from the end of a file's content to the end of its last block.
    static func padding(after size: Int) -> Int { (blockSize - size % blockSize) % blockSize }

    var bytes: [UInt8] {
        var (size, link) = (0, "")
        switch kind {
        case .file(let count): size = count
        case .symbolicLink(let target): link = target
        }
        var records: [UInt8] = []
        if name.utf8.count > Self.nameSize { records += Self.record("path", name) }
        if link.utf8.count > Self.nameSize { records += Self.record("linkpath", link) }
        if size > Self.largestSize { records += Self.record("size", String(size)) }
        var bytes: [UInt8] = []
        if !records.isEmpty {
            bytes += Self.block(name: "PaxHeader", type: "x", size: records.count, link: "")
            bytes += records + [UInt8](repeating: 0, count: Self.padding(after: records.count))
        }
        return bytes + Self.block(name: name, type: link.isEmpty ? "0" : "2", size: size, link: link)
    }

    private static let nameSize = 100
    /// Eleven octal digits.
    private static let largestSize = (1 << 33) - 1

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = Array(" \(key)=\(value)\n".utf8)
        var length = rest.count + 1
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }

    private static func block(name: String, type: Unicode.Scalar, size: Int, link: String) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        func put(_ text: some Sequence<UInt8>, at offset: Int, _ width: Int) {
            for (index, byte) in text.prefix(width).enumerated() { block[offset + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> String.UTF8View {
            let text = String(number, radix: 8)
            return (String(repeating: "0", count: max(0, digits - text.count)) + text).utf8
        }
        put(name.utf8, at: 0, nameSize)
        put(octal(0o644, digits: 7), at: 100, 8)
        put(octal(0, digits: 7), at: 108, 8)
        put(octal(0, digits: 7), at: 116, 8)
        put(octal(min(size, largestSize), digits: 11), at: 124, 12)
        put(octal(0, digits: 11), at: 136, 12)
        put(String(repeating: " ", count: 8).utf8, at: 148, 8)
        block[156] = UInt8(ascii: type)
        put(link.utf8, at: 157, nameSize)
        put("ustar\0".utf8, at: 257, 6)
        put("00".utf8, at: 263, 2)
        let sum = block.reduce(0) { $0 + Int($1) }  // counted with blanks in its own place
        put(octal(sum, digits: 6), at: 148, 6)
        block[154] = 0
        return block
    }
}
