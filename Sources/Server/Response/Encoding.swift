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
        do {
            return ByteBuffer(string: YAMLWriter.text(of: try KubeJSON.parse(json.readableBytesView)))
        } catch {
            throw Status.internalError("the answer cannot be written as YAML: \(error)")
        }
    }
}
