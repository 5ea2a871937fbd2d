import Testing

@testable import Kube

/// How the text of a table is read.
@Suite struct SchemaTableTests {
    static func field(_ line: String) throws -> FieldSchema {
        let table = SchemaTable("io.k8s.api.core.v1", "Thing | A thing.\n  \(line) | What it is for.")
        return try #require(table.messages().first?.fields.first)
    }

    @Test func `a message has a name, flags, a description and fields`() throws {
        let table = SchemaTable(
            "io.k8s.api.core.v1",
            """
            # Says nothing.
            Thing kind atomic | A thing.
              1  name   string | Its name | or title.

              3  parts  []Part | Its parts.
            Part | A part.
            """)
        let messages = try table.messages()
        #expect(messages.map(\.name) == ["io.k8s.api.core.v1.Thing", "io.k8s.api.core.v1.Part"])
        #expect(messages.map(\.shortName) == ["Thing", "Part"])
        #expect(messages.map(\.isKind) == [true, false])
        #expect(messages.map(\.isAtomic) == [true, false])
        #expect(messages.map(\.description) == ["A thing.", "A part."])
        #expect(messages.map(\.fields.count) == [2, 0])
        #expect(messages[0].field(named: "name")?.description == "Its name | or title.")
        #expect(messages[0].field(numbered: 3)?.name == "parts")
        #expect(messages[0].field(numbered: 2) == nil)
    }

    @Test(arguments: [
        Row("text", "string", FieldType.string), Row("small numbers", "int32", .int32), Row("bytes", "bytes", .bytes),
        Row("times", "Time", .time), Row("finer times", "MicroTime", .microTime),
        Row("a pointer is no other type", "*Duration", .duration),
        Row("a message of the same package", "Part", .message("io.k8s.api.core.v1.Part")),
        Row("of another", "meta.ObjectMeta", .message("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")),
        Row("a list", "[]batch.Job", .list(.message("io.k8s.api.batch.v1.Job"))),
        Row("a map", "map[Quantity]", .map(.quantity)), Row("a map of lists", "map[[]string]", .map(.list(.string))),
    ])
    func types(_ row: Row<String, FieldType>) throws {
        #expect(try Self.field("1 a \(row.input)").type == row.expected)
    }

    @Test func `flags say more about a field`() throws {
        let plain = try Self.field("1 a string")
        #expect(!plain.isRequired && !plain.isOptional && !plain.isInline && !plain.isAtomic && !plain.isWrapped)
        #expect(plain.list == nil && plain.patch == PatchStrategy() && plain.defaultValue == nil && plain.values == [])
        #expect(try Self.field("1 a *string").isOptional)
        #expect(try Self.field("1 a string required").isRequired)
        #expect(try Self.field("1 a Part inline").isInline)
        #expect(try Self.field("1 a map[string] atomic").isAtomic)
        #expect(try Self.field("1 a map[[]string] wrapped").isWrapped)
        #expect(try Self.field("1 a []string").list == .atomic)
        #expect(try Self.field("1 a []string set").list == .set)
        #expect(try Self.field("1 a []Part map=b,c").list == .map(keys: ["b", "c"]))
        #expect(try Self.field("1 a []string merge").patch == PatchStrategy(mergeKey: nil, merges: true))
        #expect(try Self.field("1 a []Part merge=b").patch == PatchStrategy(mergeKey: "b", merges: true))
        #expect(
            try Self.field("1 a []Part merge=b retainKeys").patch
                == PatchStrategy(mergeKey: "b", merges: true, retainsKeys: true))
        #expect(try Self.field("1 a string default=TCP").defaultValue == "TCP")
        #expect(try Self.field("1 a string default=").defaultValue == "")
        #expect(try Self.field("1 a int32 default=1").defaultValue == .integer(1))
        #expect(try Self.field("1 a bool default=true").defaultValue == .bool(true))
        #expect(try Self.field("1 a string enum=A,B enum=C").values == ["A", "B", "C"])
    }

    @Test(arguments: [
        Row("no type", "1 a"), Row("no number", "a string"), Row("a number that is none", "x a string"),
        Row("a flag that is none", "1 a string often"),
        Row("a flag with a value it has not", "1 a string required=yes"),
        Row("a flag without the value it has", "1 a []Part map"),
    ])
    func malformedFields(_ row: Row<String, Void>) {
        #expect(throws: SchemaError.malformed("  \(row.input) | What it is for.")) { try Self.field(row.input) }
    }

    @Test func `a package that nobody knows`() {
        #expect(throws: SchemaError.unknownType("apps.Deployment")) { try Self.field("1 a apps.Deployment") }
        #expect(throws: SchemaError.unknownType("apps.v1.Deployment")) { try Self.field("1 a []apps.v1.Deployment") }
    }

    @Test func `a field stands below a message`() {
        #expect(throws: SchemaError.malformed("  1 a string")) { try SchemaTable("p", "  1 a string").messages() }
    }

    @Test func `messages have no flags of fields`() {
        #expect(throws: SchemaError.malformed("Thing required | A thing.")) {
            try SchemaTable("p", "Thing required | A thing.").messages()
        }
    }

    @Test func `a message is written down once`() {
        let table = SchemaTable("p", "Thing | A thing.")
        #expect(throws: SchemaError.repeated("p.Thing")) { try Schema([table, table]) }
    }

    @Test func `inline messages lend their fields`() throws {
        let schema = try Schema([
            SchemaTable(
                "p", "Outer | .\n  1 inner Inner inline | .\n  2 a string | .\nInner | .\n  1 b []Part | .\nPart | .")
        ])
        let outer = try #require(schema["p.Outer"])
        #expect(schema.field("a", of: outer)?.number == 2)
        let lent = try #require(schema.field("b", of: outer))
        #expect(schema.message(in: lent.type)?.name == "p.Part")
        #expect(schema.field("inner", of: outer) == nil)
        #expect(schema.field("c", of: outer) == nil)
    }
}

extension Row where Expected == Void {
    fileprivate init(_ sentence: String, _ input: Input) { self.init(sentence, input, ()) }
}
