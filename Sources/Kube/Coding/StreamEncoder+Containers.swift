struct StreamObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter
    let depth: Int

    var codingPath: [any CodingKey] { [] }

    private func begin(_ key: Key) -> StreamEncoder {
        writer.beginMember(key.stringValue, at: depth)
        return StreamEncoder(writer: writer)
    }

    func encodeNil(forKey key: Key) { begin(key).encodeNil() }
    func encode(_ value: Bool, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: String, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: Double, forKey key: Key) throws { try begin(key).encode(value) }
    func encode(_ value: Float, forKey key: Key) throws { try begin(key).encode(value) }
    func encode(_ value: Int, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: Int8, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: Int16, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: Int32, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: Int64, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: UInt, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: UInt8, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: UInt16, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: UInt32, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: UInt64, forKey key: Key) { begin(key).encode(value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try begin(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { begin(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { begin(key).unkeyedContainer() }
    func superEncoder() -> any Encoder {
        writer.beginMember("super", at: depth)
        return StreamEncoder(writer: writer)
    }
    func superEncoder(forKey key: Key) -> any Encoder { begin(key) }
}

struct StreamArray: UnkeyedEncodingContainer {
    let writer: JSONWriter
    let depth: Int
    var count = 0

    var codingPath: [any CodingKey] { [] }

    private mutating func begin() -> StreamEncoder {
        writer.beginItem(at: depth)
        count += 1
        return StreamEncoder(writer: writer)
    }

    mutating func encodeNil() { begin().encodeNil() }
    mutating func encode(_ value: some Encodable) throws { try begin().encode(value) }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> { begin().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { begin().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { begin() }
}

extension StreamEncoder: SingleValueEncodingContainer {
    func encodeNil() { writer.write("null" as StaticString) }
    func encode(_ value: Bool) { writer.write(value) }
    func encode(_ value: String) { writer.write(value) }
    func encode(_ value: Double) throws { try writer.write(value) }
    func encode(_ value: Float) throws { try writer.write(Double(value)) }
    func encode(_ value: Int) { writer.write(number: value) }
    func encode(_ value: Int8) { writer.write(number: value) }
    func encode(_ value: Int16) { writer.write(number: value) }
    func encode(_ value: Int32) { writer.write(number: value) }
    func encode(_ value: Int64) { writer.write(number: value) }
    func encode(_ value: UInt) { writer.write(number: value) }
    func encode(_ value: UInt8) { writer.write(number: value) }
    func encode(_ value: UInt16) { writer.write(number: value) }
    func encode(_ value: UInt32) { writer.write(number: value) }
    func encode(_ value: UInt64) { writer.write(number: value) }
    func encode(_ value: some Encodable) throws { try writer.encode(value) }
}
