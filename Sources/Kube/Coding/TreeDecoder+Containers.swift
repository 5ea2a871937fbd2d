/// An object being decoded: a struct's fields, or a dictionary's entries.
struct TreeObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: JSONValue]
    let decoder: TreeDecoder

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

    /// Missing and null are the same.
    func decodeNil(forKey key: Key) -> Bool { present(key) == nil }

    private func present(_ key: Key) -> JSONValue? {
        let value = members[key.stringValue]
        return value == .null ? nil : value
    }

    private func at(_ key: Key) -> TreeDecoder { decoder.member(present(key) ?? .null, key.stringValue) }

    private func atPresent(_ key: Key) -> TreeDecoder? {
        let name = key.stringValue
        guard let value = members[name] else { return nil }
        if case .null = value { return nil }
        return decoder.member(value, name)
    }

    func decode(_: Bool.Type, forKey key: Key) throws -> Bool { try at(key).bool() }
    func decode(_: String.Type, forKey key: Key) throws -> String { try at(key).string() }
    func decode(_: Double.Type, forKey key: Key) throws -> Double { try at(key).double() }
    func decode(_: Float.Type, forKey key: Key) throws -> Float { Float(try at(key).double()) }
    func decode(_: Int.Type, forKey key: Key) throws -> Int { try at(key).whole(Int.self) }
    func decode(_: Int8.Type, forKey key: Key) throws -> Int8 { try at(key).whole(Int8.self) }
    func decode(_: Int16.Type, forKey key: Key) throws -> Int16 { try at(key).whole(Int16.self) }
    func decode(_: Int32.Type, forKey key: Key) throws -> Int32 { try at(key).whole(Int32.self) }
    func decode(_: Int64.Type, forKey key: Key) throws -> Int64 { try at(key).whole(Int64.self) }
    func decode(_: UInt.Type, forKey key: Key) throws -> UInt { try at(key).whole(UInt.self) }
    func decode(_: UInt8.Type, forKey key: Key) throws -> UInt8 { try at(key).whole(UInt8.self) }
    func decode(_: UInt16.Type, forKey key: Key) throws -> UInt16 { try at(key).whole(UInt16.self) }
    func decode(_: UInt32.Type, forKey key: Key) throws -> UInt32 { try at(key).whole(UInt32.self) }
    func decode(_: UInt64.Type, forKey key: Key) throws -> UInt64 { try at(key).whole(UInt64.self) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if let decoder = atPresent(key) { return try decoder.read(type) }
        return try decoder.member(.null, key.stringValue).readZero(type)
    }

    func decodeIfPresent(_: Bool.Type, forKey key: Key) throws -> Bool? { try atPresent(key)?.bool() }
    func decodeIfPresent(_: String.Type, forKey key: Key) throws -> String? { try atPresent(key)?.string() }
    func decodeIfPresent(_: Double.Type, forKey key: Key) throws -> Double? { try atPresent(key)?.double() }
    func decodeIfPresent(_: Int.Type, forKey key: Key) throws -> Int? { try atPresent(key)?.whole(Int.self) }
    func decodeIfPresent(_: Int64.Type, forKey key: Key) throws -> Int64? { try atPresent(key)?.whole(Int64.self) }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try atPresent(key)?.read(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try at(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try at(key).unkeyedContainer()
    }
    func superDecoder() -> any Decoder { decoder }
    func superDecoder(forKey key: Key) -> any Decoder { at(key) }
}

struct TreeArray: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let decoder: TreeDecoder
    var currentIndex = 0

    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func next() throws -> TreeDecoder {
        guard !isAtEnd else { throw JSONError.badValue("the list has only \(elements.count) elements") }
        defer { currentIndex += 1 }
        return decoder.element(elements[currentIndex], currentIndex)
    }

    /// A null element is a zero value, not something to skip.
    mutating func decodeNil() -> Bool { false }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let decoder = try next()
        return decoder.value == .null ? try decoder.readZero(type) : try decoder.read(type)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

extension TreeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }
    func decode(_: Bool.Type) throws -> Bool { try bool() }
    func decode(_: String.Type) throws -> String { try string() }
    func decode(_: Double.Type) throws -> Double { try double() }
    func decode(_: Float.Type) throws -> Float { Float(try double()) }
    func decode(_: Int.Type) throws -> Int { try whole(Int.self) }
    func decode(_: Int8.Type) throws -> Int8 { try whole(Int8.self) }
    func decode(_: Int16.Type) throws -> Int16 { try whole(Int16.self) }
    func decode(_: Int32.Type) throws -> Int32 { try whole(Int32.self) }
    func decode(_: Int64.Type) throws -> Int64 { try whole(Int64.self) }
    func decode(_: UInt.Type) throws -> UInt { try whole(UInt.self) }
    func decode(_: UInt8.Type) throws -> UInt8 { try whole(UInt8.self) }
    func decode(_: UInt16.Type) throws -> UInt16 { try whole(UInt16.self) }
    func decode(_: UInt32.Type) throws -> UInt32 { try whole(UInt32.self) }
    func decode(_: UInt64.Type) throws -> UInt64 { try whole(UInt64.self) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try read(type) }
}
