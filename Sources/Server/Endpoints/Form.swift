import Foundation
import Hummingbird
import Kube

/// The form of one answer about objects of one kind: their JSON or YAML, their metadata only, or rows of a table.
struct Form<R: Tabular>: Sendable {
    let encoding: MediaType
    let shape: Representation.Shape
    /// What of the object a table row carries.
    let includeObject: Table.IncludedObject
    /// A watch that answers with tables sends the column definitions once.
    var hasHeaders = true
    /// For ages.
    let now: Date
    private let view: KindView?
    private let acceptsGzip: Bool
    private var type: ResourceType { view?.type ?? R.type }

    init(_ call: ResourceCall, isStream: Bool, view: KindView? = nil) throws(Status) {
        self.view = view
        acceptsGzip = Gzip.isAccepted(by: call.request)
        let representation = try Representation(accept: call.accept, isStream: isStream)
        encoding = representation.encoding
        shape = representation.shape
        now = call.now
        let include = call.query.text("includeObject")
        includeObject = include.flatMap(Table.IncludedObject.init) ?? .metadata
        if case .table = shape, let include, Table.IncludedObject(rawValue: include) == nil {
            throw Status.badRequest(
                "Unable to convert to Table as requested: includeObject: Invalid value: \"\(include)\": must be "
                    + "'Metadata', 'Object', 'None', or empty")
        }
    }

    var contentType: String { encoding.rawValue }
    /// Of a watch.
    var streamType: String { encoding == .json ? contentType : "\(contentType);stream=watch" }

    /// One object as a whole answer.
    ///
    /// - Parameter encoded: where to keep the JSON for others who ask for this version.
    func encode(_ object: R, with encoded: EncodedObjects?) throws(Status) -> ByteBuffer {
        try finish(try json(object, with: encoded))
    }

    /// The same before it is put into its encoding; a watch event has it as its object.
    func json(_ object: R, with encoded: EncodedObjects?) throws(Status) -> ByteBuffer {
        switch shape {
        case .object:
            if let encoded, view == nil { return try encoded.json(of: object) }
            return try json(of: object)
        case .partialMetadata: return try element(object)
        case .partialMetadataList:
            throw Status.notAcceptable(
                "you requested PartialObjectMetadataList, but the requested object is not a list (\(type.kind))")
        case .table:
            var buffer = try tableOpening(ListMeta(resourceVersion: object.metadata.resourceVersion))
            buffer.writeImmutableBuffer(try element(object))
            buffer.writeString("]}")
            return buffer
        }
    }

    /// Everything of a list before its first element; `]}` ends it.
    func opening(_ metadata: ListMeta) throws(Status) -> ByteBuffer {
        switch shape {
        case .object: return try listOpening("\(type.kind)List", type.apiVersion, metadata)
        case .partialMetadataList(let version):
            return try listOpening("PartialObjectMetadataList", "meta.k8s.io/\(version)", metadata)
        case .partialMetadata:
            throw Status.notAcceptable(
                "you requested PartialObjectMetadata, but the requested object is a list (\(type.kind)List)")
        case .table: return try tableOpening(metadata)
        }
    }

    /// One element of a list: an object, its metadata, or a row.
    func element(_ object: R) throws(Status) -> ByteBuffer {
        switch shape {
        case .object: return try json(of: object)
        case .partialMetadata(let version), .partialMetadataList(let version):
            return try Encoding.json(PartialObjectMetadata(version: version, metadata: object.metadata))
        case .table(let version):
            var buffer = ByteBuffer(string: "{\"cells\":")
            buffer.writeImmutableBuffer(try Encoding.json(object.cells(now: now)))
            if let conditions = object.rowConditions {
                buffer.writeString(",\"conditions\":")
                buffer.writeImmutableBuffer(try Encoding.json(conditions))
            }
            buffer.writeString(",\"object\":")
            switch includeObject {
            case .none: buffer.writeString("null")
            case .metadata:
                buffer.writeImmutableBuffer(
                    try Encoding.json(PartialObjectMetadata(version: version, metadata: object.metadata)))
            case .object: buffer.writeImmutableBuffer(try json(of: object))
            }
            buffer.writeString("}")
            return buffer
        }
    }

    /// The object of a BOOKMARK event: no content but its metadata.
    func bookmark(_ metadata: JSONValue) throws(Status) -> ByteBuffer {
        let partial = { (version: String) -> JSONValue in
            .object([
                "kind": .string("PartialObjectMetadata"), "apiVersion": .string("meta.k8s.io/\(version)"),
                "metadata": metadata,
            ])
        }
        switch shape {
        case .object:
            return try Encoding.json(
                JSONValue.object([
                    "kind": .string(type.kind), "apiVersion": .string(type.apiVersion), "metadata": metadata,
                ]))
        case .partialMetadata(let version), .partialMetadataList(let version):
            return try Encoding.json(partial(version))
        case .table(let version):
            var buffer = try tableOpening(ListMeta())
            let cells = JSONValue.array(R.columns.map { _ in .string("") })
            buffer.writeImmutableBuffer(
                try Encoding.json(JSONValue.object(["cells": cells, "object": partial(version)])))
            buffer.writeString("]}")
            return buffer
        }
    }

    /// A whole list. A short one is one buffer; a long one is encoded as it is written, so that its JSON is never whole in
    /// memory. YAML and protobuf are made of the whole.
    func list(_ metadata: ListMeta, _ objects: some RandomAccessCollection<R> & Sendable) throws(Status) -> Response {
        let opening = try opening(metadata)
        guard encoding == .json, objects.count > 64 else {
            var buffer = opening
            var isFirst = true
            for object in objects {
                if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
                isFirst = false
                buffer.writeImmutableBuffer(try element(object))
            }
            buffer.writeString("]}")
            let whole = try finish(buffer)
            guard acceptsGzip, whole.readableBytes > Gzip.threshold else { return .bytes(whole, type: contentType) }
            var response = Response.bytes(try Gzip.compress(whole), type: contentType)
            response.markCompressed()
            return response
        }
        let acceptsGzip = acceptsGzip
        let body = ResponseBody { writer in
            let gzip = acceptsGzip ? Gzip() : nil
            var buffer = opening
            var isFirst = true
            for object in objects {
                if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
                isFirst = false
                buffer.writeImmutableBuffer(try element(object))
                if buffer.readableBytes >= 64 * 1024 {
                    let piece = try gzip?.compress(buffer, isLast: false) ?? buffer
                    if piece.readableBytes > 0 { try await writer.write(piece) }
                    buffer = ByteBuffer()
                    buffer.reserveCapacity(80 * 1024)
                }
            }
            buffer.writeString("]}")
            try await writer.write(try gzip?.compress(buffer, isLast: true) ?? buffer)
            try await writer.finish(nil)
        }
        var response = Response.stream(type: contentType, body)
        if acceptsGzip { response.markCompressed() }
        return response
    }

    /// The answer in its encoding. YAML and protobuf are made from the JSON, so that all say the same.
    func finish(_ json: ByteBuffer) throws(Status) -> ByteBuffer {
        switch encoding {
        case .json: json
        case .yaml: try Encoding.yaml(json)
        case .protobuf: try Encoding.protobuf(json)
        }
    }

    private func json(of object: R) throws(Status) -> ByteBuffer {
        let json = try Encoding.json(object)
        guard let view else { return json }
        return try Encoding.json(view.serve(try Encoding.tree(json)))
    }

    private func listOpening(_ kind: String, _ version: String, _ metadata: ListMeta) throws(Status) -> ByteBuffer {
        var buffer = ByteBuffer(string: "{\"kind\":\"\(kind)\",\"apiVersion\":\"\(version)\",\"metadata\":")
        buffer.writeImmutableBuffer(try Encoding.json(metadata))
        buffer.writeString(",\"items\":[")
        return buffer
    }

    private func tableOpening(_ metadata: ListMeta) throws(Status) -> ByteBuffer {
        guard case .table(let version) = shape else { return ByteBuffer() }
        var buffer = ByteBuffer(string: "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/\(version)\",\"metadata\":")
        buffer.writeImmutableBuffer(try Encoding.json(metadata))
        buffer.writeString(",\"columnDefinitions\":")
        if hasHeaders {
            buffer.writeImmutableBuffer(try Encoding.json(R.columns))
        } else {
            buffer.writeString("[]")
        }
        buffer.writeString(",\"rows\":[")
        return buffer
    }
}

/// An object of any kind, without its content (`metav1.PartialObjectMetadata`).
private struct PartialObjectMetadata: Encodable {
    var kind = "PartialObjectMetadata"
    var apiVersion: String
    var metadata: ObjectMeta

    init(version: String, metadata: ObjectMeta) {
        apiVersion = "meta.k8s.io/\(version)"
        self.metadata = metadata
    }
}
