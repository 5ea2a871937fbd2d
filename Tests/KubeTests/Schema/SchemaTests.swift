import Testing

@testable import Kube

/// What must hold for every message of the schema, whoever wrote it down.
@Suite struct SchemaTests {
    static let messages = Schema.kubernetes.names.compactMap { Schema.kubernetes[$0] }

    /// The message that a field is made of, alone, in a list or in a map.
    static func element(_ type: FieldType) -> String? {
        switch type {
        case .message(let name): name
        case .list(let type), .map(let type): element(type)
        default: nil
        }
    }

    /// The fields as they stand in JSON: those of inline messages among the others.
    static func members(_ message: MessageSchema) -> [FieldSchema] {
        message.fields.flatMap { field in
            if field.isInline, let name = element(field.type), let message = Schema.kubernetes[name] {
                members(message)
            } else {
                [field]
            }
        }
    }

    @Test func `every message that is spoken of is there`() {
        for message in Self.messages {
            for field in message.fields {
                guard let name = Self.element(field.type) else { continue }
                #expect(Schema.kubernetes[name] != nil, "\(message.shortName).\(field.name): no \(name)")
            }
        }
    }

    @Test func `names and numbers are there once`() {
        for message in Self.messages {
            let numbers = message.fields.map(\.number)
            #expect(Set(numbers).count == numbers.count, "numbers of \(message.name)")
            #expect(numbers.allSatisfy { $0 > 0 }, "numbers of \(message.name)")
            let names = Self.members(message).map(\.name)
            #expect(Set(names).count == names.count, "names of \(message.name)")
        }
    }

    @Test func `every message and field is described`() {
        for message in Self.messages {
            #expect(message.description.last == ".", "\(message.name)")
            for field in message.fields {
                #expect(field.description.last == ".", "\(message.shortName).\(field.name)")
                #expect(!field.description.contains("  "), "\(message.shortName).\(field.name)")
            }
        }
    }

    @Test func `lists are told apart and merged by members of their elements`() {
        for message in Self.messages {
            for field in message.fields {
                var keys: [String] = field.patch.mergeKey.map { [$0] } ?? []
                if case .map(let names) = field.list { keys += names }
                guard !keys.isEmpty else { continue }
                let element = Self.element(field.type).flatMap { Schema.kubernetes[$0] }
                let members = element.map(Self.members) ?? []
                for key in keys {
                    let member = members.first { $0.name == key }
                    let path = "\(message.shortName).\(field.name)[\(key)]"
                    #expect(member != nil, "\(path)")
                    if let member { #expect(Self.element(member.type) == nil, "\(path) is a message") }
                }
            }
        }
    }

    @Test func `inline fields are messages, and the rest of a flag fits the type`() {
        for message in Self.messages {
            for field in message.fields {
                let path = "\(message.shortName).\(field.name)"
                if field.isInline {
                    guard case .message = field.type else {
                        Issue.record("\(path) is inline, but no message")
                        continue
                    }
                }
                if !field.values.isEmpty {
                    #expect([.string, .list(.string)].contains(field.type), "\(path) has values")
                }
                if let value = field.defaultValue?.string, !field.values.isEmpty {
                    #expect(field.values.contains(value), "\(path) cannot be its default")
                }
            }
        }
    }
}
