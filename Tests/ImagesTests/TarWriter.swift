/// Writes tars, sound ones and others: every field can be set, and nothing is checked.
struct TarWriter {
    private(set) var bytes: [UInt8] = []

    struct Fields {
        var mode: UInt32 = 0o644
        var user = 0
        var group = 0
        var seconds = 1_600_000_000
        var link = ""
        var major = 0
        var minor = 0
        var magic = Array("ustar\0".utf8) + Array("00".utf8)
        /// Instead of the size of the data.
        var size: Int?
        /// Instead of the octal size field.
        var rawSize: [UInt8]?
        /// Instead of the right checksum.
        var checksum: Int?
        var pax: [(String, String)] = []
        var prefix = ""
    }

    mutating func file(_ name: String, _ text: String, _ change: (inout Fields) -> Void = { _ in }) {
        add("0", name, Array(text.utf8), change)
    }

    mutating func file(_ name: String, bytes: [UInt8], _ change: (inout Fields) -> Void = { _ in }) {
        add("0", name, bytes, change)
    }

    mutating func directory(_ name: String, _ change: (inout Fields) -> Void = { _ in }) {
        add("5", name, []) {
            $0.mode = 0o755
            change(&$0)
        }
    }

    mutating func symlink(_ name: String, to target: String, _ change: (inout Fields) -> Void = { _ in }) {
        add("2", name, []) {
            $0.link = target
            change(&$0)
        }
    }

    mutating func hardLink(_ name: String, to target: String, _ change: (inout Fields) -> Void = { _ in }) {
        add("1", name, []) {
            $0.link = target
            change(&$0)
        }
    }

    mutating func add(_ type: Character, _ name: String, _ data: [UInt8], _ change: (inout Fields) -> Void = { _ in }) {
        add(type, Array(name.utf8), data, change)
    }

    mutating func add(_ type: Character, _ name: [UInt8], _ data: [UInt8], _ change: (inout Fields) -> Void = { _ in })
    {
        var fields = Fields()
        change(&fields)
        if !fields.pax.isEmpty { header("x", Array("PaxHeaders/x".utf8), Self.pax(fields.pax), Fields()) }
        header(type, name, data, fields)
    }

    private mutating func header(_ type: Character, _ name: [UInt8], _ data: [UInt8], _ fields: Fields) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Sequence<UInt8>, _ at: Int, _ limit: Int) {
            for (index, byte) in bytes.enumerated() where index < limit { block[at + index] = byte }
        }
        func octal(_ value: Int, _ at: Int, _ width: Int) {
            let digits = String(value, radix: 8)
            put((String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits).utf8, at, width - 1)
        }
        put(name, 0, 100)
        octal(Int(fields.mode), 100, 8)
        octal(fields.user, 108, 8)
        octal(fields.group, 116, 8)
        octal(fields.size ?? data.count, 124, 12)
        if let raw = fields.rawSize { put(raw, 124, 12) }
        octal(fields.seconds, 136, 12)
        block[156] = type.asciiValue!
        put(fields.link.utf8, 157, 100)
        put(fields.magic, 257, 8)
        octal(fields.major, 329, 8)
        octal(fields.minor, 337, 8)
        if !fields.prefix.isEmpty { put(fields.prefix.utf8, 345, 155) }
        put([UInt8](repeating: 0x20, count: 8), 148, 8)
        let sum = fields.checksum ?? block.reduce(0) { $0 + Int($1) }
        octal(sum, 148, 7)
        block[154] = 0
        bytes += block
        bytes += data
        bytes += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    mutating func raw(_ more: [UInt8]) { bytes += more }

    mutating func end() -> [UInt8] {
        bytes += [UInt8](repeating: 0, count: 1024)
        return bytes
    }

    static func pax(_ records: [(String, String)]) -> [UInt8] {
        records.flatMap { pax(Array($0.0.utf8), Array($0.1.utf8)) }
    }

    static func pax(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
        let rest = [UInt8(ascii: " ")] + key + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
        var length = rest.count + 1
        while "\(length)".utf8.count + rest.count != length { length += 1 }
        return Array("\(length)".utf8) + rest
    }

    static func build(_ body: (inout TarWriter) -> Void) -> [UInt8] {
        var tar = TarWriter()
        body(&tar)
        return tar.end()
    }
}
