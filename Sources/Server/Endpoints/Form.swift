import Foundation
import Hummingbird
import Kube

/// The form of one answer about objects of one kind: their JSON or YAML, their metadata only, or rows of a table.
struct Form<R: ServedKind>: Sendable {
    let encoding: MediaType
    let shape: Representation.Shape
    /// What of the object a table row carries.
    let includeObject: Table.IncludedObject
    /// A watch that answers with tables sends the column definitions once.
    var hasHeaders = true
    /// For ages.
    let now: Date

    init(_ call: ResourceCall, isStream: Bool) throws(Status) {
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

    /// One object as a whole answer, or as the object of a watch event.
    ///
    /// - Parameter encoded: where to keep the JSON for others who ask for this version.
    func encode(_ object: R, with encoded: EncodedObjects?) throws(Status) -> ByteBuffer {
        switch shape {
        case .object:
            if let encoded { return try finish(try encoded.json(of: object)) }
            return try finish(try Encoding.json(object))
        case .partialMetadata: return try finish(try element(object))
        case .partialMetadataList:
            throw Status.notAcceptable(
                "you requested PartialObjectMetadataList, but the requested object is not a list (\(R.type.kind))")
        case .table:
            var buffer = try tableOpening(ListMeta(resourceVersion: object.metadata.resourceVersion))
            buffer.writeImmutableBuffer(try element(object))
            buffer.writeString("]}")
            return try finish(buffer)
        }
    }

    /// Everything of a list before its first element; `]}` ends it.
    func opening(_ metadata: ListMeta) throws(Status) -> ByteBuffer {
        switch shape {
        case .object: return try listOpening("\(R.type.kind)List", R.type.apiVersion, metadata)
        case .partialMetadataList(let version):
            return try listOpening("PartialObjectMetadataList", "meta.k8s.io/\(version)", metadata)
        case .partialMetadata:
            throw Status.notAcceptable(
                "you requested PartialObjectMetadata, but the requested object is a list (\(R.type.kind)List)")
        case .table: return try tableOpening(metadata)
        }
    }

    /// One element of a list: an object, its metadata, or a row.
    func element(_ object: R) throws(Status) -> ByteBuffer {
        switch shape {
        case .object: return try Encoding.json(object)
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
            case .object: buffer.writeImmutableBuffer(try Encoding.json(object))
            }
            buffer.writeString("}")
            return buffer
        }
    }

    /// The object of a BOOKMARK event: no content but its metadata.
    func encodeBookmark(_ metadata: JSONValue) throws(Status) -> ByteBuffer {
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
                    "kind": .string(R.type.kind), "apiVersion": .string(R.type.apiVersion), "metadata": metadata,
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

    /// The answer in its encoding. YAML is made from the JSON, so that both say the same.
    func finish(_ json: ByteBuffer) throws(Status) -> ByteBuffer {
        encoding == .yaml ? try Encoding.yaml(json) : json
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
