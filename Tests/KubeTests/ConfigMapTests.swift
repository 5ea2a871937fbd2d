import Foundation
import Testing

@testable import Kube

@Suite struct ConfigMapTests {
    static let refusals: [Row<String, String>] = [
        Row(
            "a key that is no file name", "data: {'a b': x}",
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
                + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        Row("a key that is a directory", "data: {'..': x}", "data[..]: Invalid value: \"..\": must not be '..'"),
        Row(
            "a key that begins as one", "binaryData: {'..a': eA==}",
            "binaryData[..a]: Invalid value: \"..a\": must not start with '..'"),
        Row(
            "a key in both maps", "data: {a: x}\nbinaryData: {a: eA==}",
            "data[a]: Invalid value: \"a\": duplicate of key present in binaryData"),
        Row(
            "more than a MiB", "data: {a: \(String(repeating: "x", count: 1 << 20)), b: z}",
            "[]: Too long: may not be more than 1048576 bytes"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try admit(ConfigMap.self, "metadata: {name: c}\n\(row.input)") }
                == "ConfigMap \"c\" is invalid: \(row.expected)")
    }

    @Test func `exactly a MiB is allowed`() throws {
        let text = String(repeating: "x", count: (1 << 20) - 1)
        #expect(throws: Never.self) {
            try admit(ConfigMap.self, "metadata: {name: c}\ndata: {a: \(text)}\nbinaryData: {b: eA==}")
        }
    }

    @Test func `what is immutable stays, and stays immutable`() throws {
        let (old, _) = try admit(
            ConfigMap.self, "metadata: {name: c}\nimmutable: true\ndata: {a: x}\nbinaryData: {b: eA==}")
        func update(_ change: (inout ConfigMap) -> Void) -> String? {
            var new = old
            change(&new)
            return refusal { _ = try new.admitForUpdate(old: old) }
        }
        #expect(update { $0.metadata.labels = ["a": "b"] } == nil)
        #expect(
            update {
                $0.immutable = false
                $0.data = ["a": "y"]
                $0.binaryData = nil
            }
                == "ConfigMap \"c\" is invalid: [immutable: Forbidden: field is immutable when `immutable` is set, data: "
                + "Forbidden: field is immutable when `immutable` is set, binaryData: Forbidden: field is immutable when "
                + "`immutable` is set]")
    }

    @Test func `the table counts keys of both maps`() throws {
        let (map, _) = try admit(ConfigMap.self, "metadata: {name: c}\ndata: {a: x, b: z}\nbinaryData: {c: eA==}")
        #expect(map.cells(now: noon.addingTimeInterval(5)) == ["c", 3, "5s"])
        #expect(ConfigMap.columns.map(\.name) == ["Name", "Data", "Age"])
    }

    @Test(arguments: [
        Row("nothing", "", ""), Row("one byte", "f", "Zg=="), Row("two", "fo", "Zm8="), Row("three", "foo", "Zm9v"),
        Row("four", "foob", "Zm9vYg=="),
    ])
    func writesBase64(_ row: Row<String, String>) throws {
        #expect(Base64Bytes(row.input.utf8).text == row.expected)
        let read = try KubeJSON.decode(Base64Bytes.self, from: .string(row.expected))
        #expect(read.bytes == Array(row.input.utf8))
    }

    @Test func `every byte survives base64`() throws {
        let bytes = Base64Bytes((0...255).map { UInt8($0) } + [255])
        #expect(try KubeJSON.decode(Base64Bytes.self, from: KubeJSON.encode(bytes)) == bytes)
        #expect(try KubeJSON.decode(Base64Bytes.self, from: .string("Zm9v\nYmFy\r\n")).bytes == Array("foobar".utf8))
    }

    @Test(arguments: [
        Row("a strange character", "Zm9v!", 4), Row("no padding", "Zg", 0), Row("half of it", "Zg=", 3),
        Row("padding too early", "Z===", 1), Row("more behind the padding", "Zg==Zg==", 4),
    ])
    func refusesBase64(_ row: Row<String, Int>) {
        #expect(throws: JSONError.badValue("illegal base64 data at input byte \(row.expected)")) {
            try KubeJSON.decode(Base64Bytes.self, from: .string(row.input))
        }
    }

    @Test func `bad base64 is the client's mistake`() {
        #expect(
            refusal { _ = try admit(ConfigMap.self, "metadata: {name: c}\nbinaryData: {a: '***'}") }
                == "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: illegal base64 data at input byte 0")
    }
}
