import Foundation
import Kube

/// How objects are written in the state file: as the JSON that clients see.
enum ObjectCoding {
    static func encode(_ value: some Encodable) throws -> Data { Data(try KubeJSON.encode(value)) }

    static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
        try KubeJSON.decode(type, from: data)
    }
}
