import Testing

@testable import Kube

@Suite struct YAMLTests {
    static let readings: [Row<String, JSONValue>] = [
        Row(
            "words of YAML 1.1 are booleans", "[yes, No, ON, off, y, N, true]",
            [true, false, true, false, true, false, true]),
        Row("quotes keep them strings", "['yes', \"no\", !!str on]", ["yes", "no", "on"]),
        Row("yEs is nobody's boolean", "yEs", "yEs"),
        Row("null in all its forms", "[~, null, Null, NULL]", [.null, .null, .null, .null]),
        Row("numbers", "[1, -2, 1_000, 0x1F, 0o17, 0b11, 010, +3]", [1, -2, 1000, 31, 15, 3, 8, 3]),
        Row(
            "floating numbers", "[1.5, .5, 1e3, -2.]",
            .array([.number(1.5), .number(0.5), .number(1000), .number(-2)])),
        Row("09 is no octal number and so a float", "09", .number(9)),
        Row(
            "versions, times, dates and sizes are strings",
            "[1.2.3, 12:30:00, 2001-01-02, 64Mi, 250m, 1e, _1, 0x]",
            ["1.2.3", "12:30:00", "2001-01-02", "64Mi", "250m", "1e", "_1", "0x"]),
        Row(
            "keys become strings", "{80: a, yes: b, 1.5: c, 'no': d}", ["80": "a", "true": "b", "1.5": "c", "no": "d"]),
        Row("aliases are expanded", "a: &x {b: 1}\nc: *x", ["a": ["b": 1], "c": ["b": 1]]),
        Row(
            "maps are merged, their own names win", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3",
            ["a": ["b": 1, "c": 2], "d": ["b": 1, "c": 3]]),
        Row("blocks of text", "a: |\n  one\n  two\nb: >-\n  one\n  two", ["a": "one\ntwo\n", "b": "one two"]),
    ]

    @Test(arguments: readings)
    func readsAsKubectl(_ row: Row<String, JSONValue>) throws {
        #expect(try YAMLReader.read(bytes(row.input)) == [row.expected])
    }

    @Test func `many documents in one text, without the empty ones`() throws {
        #expect(try YAMLReader.read(bytes("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n")) == [["a": 1], ["b": 2]])
        #expect(try YAMLReader.read(bytes("")) == [])
    }

    @Test(arguments: [
        "a: 1\na: 2", "a: [1", "a: *nothing", "a: .inf", "? [a, b]\n: 1", "a: !!int x", "a: !custom x", "\ta: 1",
        "a: b: c",
        "<<: 1",
    ])
    func refusesWhatItCannotRead(_ text: String) {
        #expect(throws: JSONError.self) { try YAMLReader.read(bytes(text)) }
    }

    /// Nine levels of nine: a billion values from half a kilobyte.
    static let laughs = (1...9).reduce("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n") { text, level in
        let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
        return text + "a\(level): &a\(level) [\(aliases)]\n"
    }

    @Test func `a billion laughs are not laughed`() {
        #expect(throws: JSONError.tooLarge("YAML that expands to more than 400000 values is not read")) {
            try YAMLReader.read(bytes(Self.laughs))
        }
    }

    @Test(arguments: ["? *a60\n: 1\n", "{*a60 : 1}\n", "? [*a60]\n: x\n", "[*a60]: 1\n", "k: {[*a60]: 1}\n"])
    func `nor are those that hide in keys`(_ key: String) {
        let tower = (1...60).reduce("- &a0 [x]\n") { $0 + "- &a\($1) [*a\($1 - 1), *a\($1 - 1)]\n" }
        #expect(throws: JSONError.self) { try YAMLReader.read(bytes(tower + "- " + key.replacing("\n", with: "\n  "))) }
    }

    @Test func `deep nesting is refused before it hurts`() {
        #expect(throws: JSONError.self) { try YAMLReader.read(bytes(String(repeating: "[", count: 100_000))) }
        #expect(throws: JSONError.self) { try YAMLReader.read(bytes(String(repeating: "- ", count: 100_000))) }
    }

    @Test func `a shell script with stars and ampersands is only text`() throws {
        let script = (0..<50).map { "    run\($0) & ls *.\($0) ? x" }.joined(separator: "\n")
        #expect(throws: Never.self) { try YAMLReader.read(bytes("args:\n- |\n\(script)\n")) }
    }

    @Test(arguments: [
        Row("plain words", JSONValue.string("hello world"), "hello world"),
        Row("words that would become something else", "true", "\"true\""),
        Row("numbers in strings", "1", "\"1\""),
        Row("nothing", "", "\"\""),
        Row("times", "2026-01-01T12:00:00Z", "\"2026-01-01T12:00:00Z\""),
        Row("a colon and a space", "a: b", "'a: b'"),
        Row("a comment", "a #b", "'a #b'"),
        Row("a quote inside quotes", "'it''s: x", "'''it''''s: x'"),
        Row("marks at the start", "*x", "'*x'"),
        Row("a dash that is a word", "-x", "-x"),
        Row("a dash that is a list", "- x", "'- x'"),
        Row("control characters", "a\u{1}\t", #""a\x01\t""#),
        Row("old times of day", "12:30", "\"12:30\""),
        Row("sizes", "64Mi", "64Mi"),
        Row("images", "docker.io/library/busybox:latest", "docker.io/library/busybox:latest"),
    ])
    func quotesOnlyWhereNeeded(_ row: Row<JSONValue, String>) throws {
        #expect(YAMLWriter.text(of: row.input) == row.expected + "\n")
        #expect(try YAMLReader.read(bytes(YAMLWriter.text(of: ["k": row.input]))) == [["k": row.input]])
    }

    @Test func `objects are written as kubectl writes them`() throws {
        let value = try json(
            #"""
            {"kind":"Job","spec":{"list":[{"name":"a","args":["x","y"]},["n"],3,{}],"empty":{},"none":[],"text":"one\ntwo\n",
            "short":"a\nb","long":"a\n\n"},"apiVersion":"batch/v1","null":null}
            """#)
        let expected = """
            apiVersion: batch/v1
            kind: Job
            "null": null
            spec:
              empty: {}
              list:
              - args:
                - x
                - "y"
                name: a
              - - "n"
              - 3
              - {}
              long: |+
                a

              none: []
              short: |-
                a
                b
              text: |
                one
                two

            """
        #expect(YAMLWriter.text(of: value) == expected)
        #expect(try YAMLReader.read(bytes(expected)) == [value])
    }
}
