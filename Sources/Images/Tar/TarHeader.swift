/// One 512-byte header block, read field by field (tar(5), pax(1)). Keeps a copy.
struct TarHeader {
    static let size = 512
    private let bytes: [UInt8]

    /// Why a header cannot be read.
    enum Problem: Error {
        case checksum
        case number(String)

        var sentence: String {
            switch self {
            case .checksum: "a header has a wrong checksum"
            case .number(let field): "a header has a bad number as its \(field)"
            }
        }
    }

    /// `block` has 512 bytes. The checksum is the sum of all bytes with its own field as blanks; some old tars summed
    /// signed bytes.
    init(_ block: [UInt8]) throws(Problem) {
        bytes = block
        var unsigned = 0
        var signed = 0
        for (index, byte) in block.enumerated() {
            let value = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
            unsigned += Int(value)
            signed += Int(Int8(bitPattern: value))
        }
        let wanted = try number(148..<156, "checksum")
        guard wanted == Int64(unsigned) || wanted == Int64(signed) else { throw .checksum }
    }

    /// Two blocks of zeros end an archive.
    static func isEnd(_ block: [UInt8]) -> Bool { block.allSatisfy { $0 == 0 } }

    var type: UInt8 { bytes[156] }
    var link: ArraySlice<UInt8> { text(157..<257) }

    /// Name with the ustar prefix, where the header is of a kind that has one. GNU tar keeps times in that place.
    var path: [UInt8] {
        let name = text(0..<100)
        guard bytes[257..<263].elementsEqual("ustar\0".utf8) else { return Array(name) }
        let isStar = bytes[508..<512].elementsEqual("tar\0".utf8)
        let prefix = text(isStar ? 345..<476 : 345..<500)
        return prefix.isEmpty ? Array(name) : Array(prefix) + [UInt8(ascii: "/")] + name
    }

    func mode() throws(Problem) -> Int64 { try number(100..<108, "mode") }
    func user() throws(Problem) -> Int64 { try number(108..<116, "user id") }
    func group() throws(Problem) -> Int64 { try number(116..<124, "group id") }
    func size() throws(Problem) -> Int64 { try number(124..<136, "size") }
    func modified() throws(Problem) -> Int64 { try number(136..<148, "time") }
    func deviceMajor() throws(Problem) -> Int64 { try number(329..<337, "device number") }
    func deviceMinor() throws(Problem) -> Int64 { try number(337..<345, "device number") }

    private func text(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range].prefix { $0 != 0 } }

    /// Octal digits among blanks and NULs, or, when the first bit is set, a big-endian two's complement number in the
    /// remaining bits (GNU's base-256). An empty field is 0.
    private func number(_ range: Range<Int>, _ field: String) throws(Problem) -> Int64 {
        let field256 = bytes[range]
        let first = field256.first!
        if first & 0x80 != 0 {
            var value: Int64 = first & 0x40 != 0 ? -1 : 0
            for (index, byte) in field256.enumerated() {
                let byte = index == 0 ? (first & 0x40 != 0 ? byte | 0x80 : byte & 0x7f) : byte
                let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
                if overflow { throw .number(field) }
                value = shifted | Int64(byte)
            }
            return value
        }
        var digits = field256.drop { $0 == 0x20 || $0 == 0 }
        while let last = digits.last, last == 0x20 || last == 0 { digits.removeLast() }
        var value: Int64 = 0
        for digit in digits {
            // A NUL ends the number; some writers leave rubbish behind it.
            if digit == 0 { break }
            guard (0x30...0x37).contains(digit) else { throw .number(field) }
            value = value << 3 | Int64(digit - 0x30)  // 12 digits are 36 bits
        }
        return value
    }
}
