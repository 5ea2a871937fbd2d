/// `runtime.Unknown`: what kind of object is inside, and the object.
struct ProtobufEnvelope {
    private(set) var apiVersion = ""
    private(set) var kind = ""
    private(set) var raw: WireReader?
    private(set) var contentEncoding = ""
    private(set) var contentType = ""

    init(_ reader: WireReader) throws(ProtobufError) {
        var reader = reader
        while let tag = try reader.tag(in: "Unknown") {
            switch tag.number {
            case 1: try readType(Self.inside(tag, of: "Unknown.typeMeta", &reader))
            case 2: raw = try Self.inside(tag, of: "Unknown.raw", &reader)
            case 3: contentEncoding = try Self.text(tag, of: "Unknown.contentEncoding", &reader)
            case 4: contentType = try Self.text(tag, of: "Unknown.contentType", &reader)
            default: try reader.skip(tag.type)
            }
        }
    }

    private mutating func readType(_ reader: WireReader) throws(ProtobufError) {
        var reader = reader
        while let tag = try reader.tag(in: "TypeMeta") {
            switch tag.number {
            case 1: apiVersion = try Self.text(tag, of: "TypeMeta.apiVersion", &reader)
            case 2: kind = try Self.text(tag, of: "TypeMeta.kind", &reader)
            default: try reader.skip(tag.type)
            }
        }
    }

    private static func inside(
        _ tag: WireReader.Tag, of field: String, _ reader: inout WireReader
    ) throws(ProtobufError) -> WireReader {
        guard tag.type == .lengthDelimited else {
            throw .wrongWireType(field: field, wireType: tag.type.rawValue)
        }
        return try reader.nested()
    }

    private static func text(
        _ tag: WireReader.Tag, of field: String, _ reader: inout WireReader
    ) throws(ProtobufError) -> String {
        guard let text = try inside(tag, of: field, &reader).text else { throw .notUTF8(field: field) }
        return text
    }

    /// As Go writes it: the last two fields are there, and empty.
    static func write(
        apiVersion: String, kind: String, to writer: inout WireWriter,
        object: (inout WireWriter) throws(ProtobufError) -> Void
    ) throws(ProtobufError) {
        try writer.message(1) { writer in
            writer.string(1, apiVersion)
            writer.string(2, kind)
        }
        try writer.message(2, object)
        writer.string(3, "")
        writer.string(4, "")
    }
}
