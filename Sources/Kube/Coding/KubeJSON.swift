/// JSON as this API speaks it, both ways, for every module: fast, exact, and the same bytes for the same object.
public enum KubeJSON {
    /// The bytes of any value. Fails only for numbers JSON cannot write.
    public static func encode(_ value: some Encodable) throws(JSONError) -> [UInt8] {
        let writer = JSONWriter()
        do {
            try writer.encode(value)
        } catch let error as JSONError {
            throw error
        } catch {
            throw .badValue("\(error)")
        }
        return writer.bytes
    }

    /// A value of a known type. Missing fields become zero values, as in Go; unknown ones are ignored.
    public static func decode<T: Decodable>(
        _ type: T.Type, from bytes: some Sequence<UInt8>
    ) throws(JSONError) -> T { try decode(type, from: parse(bytes)) }

    public static func decode<T: Decodable>(_ type: T.Type, from value: JSONValue) throws(JSONError) -> T {
        try TreeDecoding.decode(type, from: value).value
    }

    /// Any JSON at all.
    public static func parse(_ bytes: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
        try JSONParser.parse(Array(bytes)).value
    }

    /// The same value as a tree, for patches, diffs and field selectors.
    public static func tree(of value: some Encodable) throws(JSONError) -> JSONValue { try parse(encode(value)) }
}
