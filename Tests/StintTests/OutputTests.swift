import Foundation
import Kube
import Synchronization
import Testing

@testable import stint

@Suite struct OutputTests {
    @Test(arguments: [("yaml", "get-pod-yaml.txt"), ("json", "get-pod-json.txt"), ("name", "get-pod-name.txt")])
    func `an object is printed letter by letter as kubectl prints it`(_ row: (format: String, golden: String))
        async throws
    {
        try await FakeDaemon.with(fixtures) { daemon in
            let result = await Recording.of(["get", "pod/hello-x7k2p", "-o", row.format, "--socket", daemon.path])
            #expect(result.complaints == "")
            let expected = try TestFile.text("Golden/\(row.golden)")
            #expect(result.output == expected)
        }
    }

    @Test(arguments: [
        ("a member", "{.a.b}", "1"), ("a missing member is nothing", "{.x.y}", ""),
        ("text around it", "<{.a.b}>", "<1>"),
        ("a quoted member", "{.labels['app\\.kubernetes\\.io/name']}", ""),
        ("a member with dots", "{.labels['x.y/z']}", "v"),
        ("a member with escaped dots", "{.labels.x\\.y/z}", "v"), ("an index", "{.items[1].name}", "two"),
        ("an index from the end", "{.items[-1].name}", "three"), ("all of them", "{.items[*].name}", "one two three"),
        ("a slice", "{.items[0:2].name}", "one two"), ("a slice from the end", "{.items[0:-2].name}", "one"),
        ("a slice longer than the list is cut", "{range .items[0:-5]}{.name}{\"\\n\"}{end}", ""),
        ("a range", "{range .items[*]}{.name}={.n}{\"\\n\"}{end}", "one=1\ntwo=2\nthree=3\n"),
        ("a filter", "{.items[?(@.name==\"two\")].n}", "2"),
        ("a filter by number", "{.items[?(@.n>1)].name}", "two three"),
        ("members anywhere", "{..n}", "1 2 3"), ("an object is JSON", "{.a}", "{\"b\":1}"),
        ("two members, one after the other", "{.items[*]['name','n']}", "one two three 1 2 3"),
        ("two indexes", "{.items[0,2].name}", "one three"), ("every second", "{.items[::2].name}", "one three"),
        ("the last two", "{.items[-2:].name}", "two three"),
        ("a quoted path", "{.items[0]['name']}{'-'}{.labels['x\\.y/z']}", "one-v"),
        ("a filter whose value looks like an operator", "{.items[?(@.name!=\"a==b\")].n}", "1 2 3"),
        ("a filter for being there", "{.items[?(@.name)].n}", "1 2 3"),
        ("everything below", "{.a..b}", "1"), ("the root inside a range", "{range .items[*]}{$.a.b}{end}", "111"),
    ])
    func `jsonpath finds`(_ row: (sentence: String, template: String, text: String)) throws {
        let value = try KubeJSON.parse(
            Array(
                #"{"a":{"b":1},"labels":{"x.y/z":"v"},"items":[{"name":"one","n":1},{"name":"two","n":2},{"name":"three","n":3}]}"#
                    .utf8))
        #expect(try JSONPath(row.template).text(of: value) == row.text, "\(row.sentence)")
    }

    @Test(arguments: ["{.a", "{range .a}", "{end}", "{.a[}", "{a}", "{.a[1:2:3:4]}", "{}", "{.a[0:3:0]}"])
    func `a template that is none is refused`(_ template: String) {
        #expect(throws: Failure.self) { try JSONPath(template) }
    }

    @Test(arguments: [
        ("columns", "custom-columns=Name:.metadata.name,N:.spec.n", "Name   N\na      2\nb      10\n"),
        (
            "a column that is not there", "custom-columns=Name:metadata.name,X:{.spec.x}",
            "Name   X\na      <none>\nb      <none>\n"
        ),
        (
            "values as JSON", "jsonpath-as-json={.items[*].spec.n}", "[\n    \"2\",\n    \"10\"\n]\n"
        ),
    ])
    func `objects are shown as`(_ row: (sentence: String, format: String, text: String)) throws {
        let objects: [JSONValue] = [
            ["metadata": ["name": "a"], "spec": ["n": "2"]], ["metadata": ["name": "b"], "spec": ["n": "10"]],
        ]
        let format = try OutputFormat.parse(row.format)
        let text = Mutex("")
        let console = Console(
            writeBytes: { bytes in text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }, complain: { _ in })
        try format.print(.list(objects), to: console)
        #expect(text.withLock { $0 } == row.text, "\(row.sentence)")
    }

    @Test(arguments: [
        (
            "go-template={{.x}}",
            "error: stint has no Go templates: use jsonpath or custom-columns instead of go-template\n"
        ),
        ("custom-columns=NAME", "error: unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>\n"),
        ("jsonpath={.a", "error: error parsing jsonpath {.a, unclosed action\n"),
        (
            "tree",
            "error: unable to match a printer suitable for the output format \"tree\", allowed formats are: custom-columns,custom-columns-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,wide,yaml\n"
        ),
    ])
    func `a format that is none is refused before anything is asked`(_ row: (format: String, complaint: String)) async {
        let result = await Recording.of(["get", "pods", "-o", row.format, "--socket", "/nonexistent"])
        #expect(result.complaints == row.complaint)
        #expect(result.exitCode == 1)
    }

    @Test(
        arguments: [
            ("numbers by value", ["10", "9"], ["9", "10"]),
            ("quantities by amount", ["1Gi", "200Mi"], ["200Mi", "1Gi"]),
            ("other texts by their letters", ["b", "a10", "a9"], ["a10", "a9", "b"]),
            ("nothing first", ["a", nil], [nil, "a"]), ("equals as they came", ["a", "a"], ["a", "a"]),
        ] as [(String, [String?], [String?])])
    func `objects are sorted`(_ row: (sentence: String, keys: [String?], sorted: [String?])) throws {
        let objects = row.keys.map { key in key.map { JSONValue.object(["k": .string($0)]) } ?? .object([:]) }
        let sorted = try SortOrder(JSONPath(relaxed: ".k")).sorted(objects) { $0 }
        #expect(sorted.map { $0["k"]?.string } == row.sorted, "\(row.sentence)")
    }

    @Test(arguments: [
        (
            "a plain refusal", Status(code: 404, reason: "NotFound", message: "pods \"x\" not found"),
            "Error from server (NotFound): pods \"x\" not found"
        ),
        ("one without a reason", Status(code: 500, reason: "", message: "boom"), "Error from server: boom"),
        (
            "one invalid field",
            Status(
                code: 422, reason: "Invalid", message: "long",
                details: StatusDetails(
                    name: "x", kind: "Job", causes: [StatusCause(message: "Required value", field: "spec.a")])),
            "The Job \"x\" is invalid: spec.a: Required value"
        ),
        (
            "several, each once",
            Status(
                code: 422, reason: "Invalid", message: "long",
                details: StatusDetails(
                    name: "x", kind: "Job",
                    causes: [
                        StatusCause(message: "m", field: "a"), StatusCause(message: "m", field: "a"),
                        StatusCause(message: "n", field: "b"),
                    ])),
            "The Job \"x\" is invalid: \n* a: m\n* b: n"
        ),
    ])
    func `a refusal reads as kubectl's`(_ row: (sentence: String, status: Status, text: String)) {
        #expect(Failure(row.status).message == row.text, "\(row.sentence)")
    }

    @Test(arguments: [
        (#"299 - "one""#, ["one"]), (#"299 - "say \"hi\" \\", 299 - "two""#, [#"say "hi" \"#, "two"]), ("299 -", []),
    ])
    func `a Warning header holds`(_ row: (header: String, texts: [String])) {
        #expect(warningTexts(row.header) == row.texts)
    }

    @Test(arguments: [("300s", 300.0), ("1m30s", 90), ("1.5h", 5400), ("0", 0), ("-1s", -1), ("250ms", 0.25)])
    func `a duration is`(_ row: (text: String, seconds: Double)) {
        #expect(GoDuration(argument: row.text)?.seconds == row.seconds)
    }

    @Test(arguments: ["", "5", "s", "1x", "1m5", "--1s"])
    func `no duration is`(_ text: String) { #expect(GoDuration(argument: text) == nil) }
}
