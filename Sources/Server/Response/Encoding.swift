import Hummingbird
import Kube

/// From values to the bytes of an answer.
enum Encoding {
    static func json(_ value: some Encodable) throws(Status) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try KubeJSON.encode(value))
        } catch {
            throw Status.internalError("the answer cannot be written as JSON: \(error)")
        }
    }

    static func yaml(_ json: ByteBuffer) throws(Status) -> ByteBuffer {
        ByteBuffer(string: YAMLWriter.text(of: try tree(json)))
    }

    static func protobuf(_ json: ByteBuffer) throws(Status) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try KubeProtobuf.encode(try tree(json)))
        } catch {
            throw Status(host: error)
        }
    }

    /// An event of a watch.
    static func protobufFrame(_ type: String, _ json: ByteBuffer) throws(Status) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try KubeProtobuf.watchFrame(type: type, object: try tree(json)))
        } catch {
            throw Status(host: error)
        }
    }

    /// What one of our own answers says, to say it in another encoding.
    static func tree(_ json: ByteBuffer) throws(Status) -> JSONValue {
        do {
            return try KubeJSON.parse(json.readableBytesView)
        } catch {
            throw Status.internalError("the answer cannot be read as JSON: \(error)")
        }
    }

    static func tree(of value: some Encodable) throws(Status) -> JSONValue { try tree(try json(value)) }
}
