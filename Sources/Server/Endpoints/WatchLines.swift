import Hummingbird
import Kube

/// The events of a watch: lines of JSON, `{"type":"ADDED","object":…}`, or frames of protobuf.
struct WatchLines<R: Tabular>: Sendable {
    private var form: Form<R>
    private let encoded: EncodedObjects

    init(_ form: Form<R>, encoded: EncodedObjects) {
        self.form = form
        self.encoded = encoded
    }

    /// - Parameter isInitial: one of the objects that were there before; each watch asks for them at its own time, so
    ///   keeping their JSON would only push out what many watches share.
    mutating func line(_ type: String, _ object: R, isInitial: Bool = false) throws(Status) -> ByteBuffer {
        let json = isInitial ? try form.json(object, with: nil) : try form.json(object, with: encoded)
        form.hasHeaders = false
        return try line(type, json)
    }

    /// An object of the kind that says nothing but how far the watch is.
    func bookmark(_ revision: Int64, endsInitialEvents: Bool) throws(Status) -> ByteBuffer {
        var metadata: [String: JSONValue] = ["resourceVersion": .string("\(revision)"), "creationTimestamp": .null]
        if endsInitialEvents {
            metadata["annotations"] = .object(["k8s.io/initial-events-end": .string("true")])
        }
        return try line("BOOKMARK", try form.bookmark(.object(metadata)))
    }

    func error(_ status: Status) throws(Status) -> ByteBuffer { try line("ERROR", try Encoding.json(status)) }

    private func line(_ type: String, _ json: ByteBuffer) throws(Status) -> ByteBuffer {
        if form.encoding == .protobuf { return try Encoding.protobufFrame(type, json) }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(json.readableBytes + 40)
        buffer.writeString("{\"type\":\"\(type)\",\"object\":")
        buffer.writeImmutableBuffer(json)
        buffer.writeString("}\n")
        return buffer
    }
}
