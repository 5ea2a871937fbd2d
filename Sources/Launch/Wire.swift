/// Why bytes are not a message.
public enum WireError: Error, Equatable, Sendable {
    case truncated
    case trailingBytes(Int)
    case unknownKind(UInt8)
    case tooLong(Int)
    case notText
    /// A value that the field cannot have, by the field's name.
    case badValue(String)
}

/// Bounds that the kernel has anyway, so that a garbled length cannot ask for memory.
enum WireLimit {
    /// MAX_ARG_STRLEN: no argument, variable or path can be longer.
    static let text = 131_072
    static let bytes = 1 << 20
    static let items = 65_536
}

/// Appends fields. Lengths are trusted here and checked by the reader.
struct WireWriter {
    var bytes: [UInt8] = []

    mutating func put<T: FixedWidthInteger>(_ value: T) {
        var value = value.littleEndian
        withUnsafeBytes(of: &value) { bytes.append(contentsOf: $0) }
    }
    mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }
    mutating func put(_ value: [UInt8]) {
        put(UInt32(value.count))
        bytes.append(contentsOf: value)
    }
    mutating func put(_ value: String) {
        put(UInt32(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }
    mutating func put<T>(_ value: T?, _ each: (inout WireWriter, T) -> Void) {
        put(value != nil)
        if let value { each(&self, value) }
    }
    mutating func put<T>(list: [T], _ each: (inout WireWriter, T) -> Void) {
        put(UInt32(list.count))
        for item in list { each(&self, item) }
    }
    mutating func put(list: [String]) { put(list: list) { $0.put($1) } }

    /// The bytes with their length and kind in front.
    static func frame(_ kind: UInt8, _ body: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        writer.put(UInt32(0))
        writer.put(kind)
        body(&writer)
        let length = UInt32(writer.bytes.count - Frame.headerBytes).littleEndian
        withUnsafeBytes(of: length) { header in
            for (index, byte) in header.enumerated() { writer.bytes[index] = byte }
        }
        return writer.bytes
    }
}

/// Takes fields off the front. Everything it reads may be garbage.
struct WireReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        position = start
        end = bytes.count
    }

    mutating func take<T: FixedWidthInteger>(_: T.Type = T.self) throws(WireError) -> T {
        let size = MemoryLayout<T>.size
        guard end - position >= size else { throw .truncated }
        var value: T = 0
        for index in (0..<size).reversed() { value = value << 8 | T(truncatingIfNeeded: bytes[position + index]) }
        position += size
        return value
    }
    mutating func take() throws(WireError) -> Bool {
        let byte: UInt8 = try take()
        guard byte < 2 else { throw .badValue("flag") }
        return byte == 1
    }
    mutating func take(limit: Int = WireLimit.bytes) throws(WireError) -> [UInt8] {
        let slice = try takeSlice(limit: limit)
        return Array(slice)
    }
    /// Text the kernel will get to see: no NUL, valid UTF-8, so that it means the same on both sides.
    mutating func take() throws(WireError) -> String {
        let slice = try takeSlice(limit: WireLimit.text)
        guard !slice.contains(0), let text = String(validating: slice, as: UTF8.self) else { throw .notText }
        return text
    }
    mutating func takeOptional<T>(_ each: (inout WireReader) throws(WireError) -> T) throws(WireError) -> T? {
        let present: Bool = try take()
        return present ? try each(&self) : nil
    }
    mutating func takeList<T>(_ each: (inout WireReader) throws(WireError) -> T) throws(WireError) -> [T] {
        let count = Int(try take(UInt32.self))
        guard count <= WireLimit.items else { throw .tooLong(count) }
        var list: [T] = []
        for _ in 0..<count { list.append(try each(&self)) }
        return list
    }
    mutating func takeTexts() throws(WireError) -> [String] {
        try takeList { (reader) throws(WireError) -> String in try reader.take() }
    }
    func finish() throws(WireError) {
        guard position == end else { throw .trailingBytes(end - position) }
    }

    private mutating func takeSlice(limit: Int) throws(WireError) -> ArraySlice<UInt8> {
        let count = Int(try take(UInt32.self))
        guard count <= limit else { throw .tooLong(count) }
        guard end - position >= count else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }
}

/// Cuts a stream into frames.
public struct FrameBuffer: Sendable {
    private var bytes: [UInt8] = []

    public init() {}

    public mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
    public mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// True when nothing is left of a frame that was cut off.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The next whole frame, its kind first and without its length; nil when more bytes are needed.
    public mutating func next() throws(WireError) -> [UInt8]? {
        guard bytes.count >= Frame.headerBytes else { return nil }
        var reader = WireReader(bytes)
        let length = Int(try reader.take(UInt32.self))
        guard length <= Frame.limit else { throw .tooLong(length) }
        guard length > 0 else { throw .truncated }
        guard bytes.count >= Frame.headerBytes + length else { return nil }
        let frame = Array(bytes[Frame.headerBytes..<Frame.headerBytes + length])
        bytes.removeFirst(Frame.headerBytes + length)
        return frame
    }
}
