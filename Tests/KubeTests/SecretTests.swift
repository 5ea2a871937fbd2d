import Foundation
import Testing

@testable import Kube

@Suite struct SecretTests {
    static func secret(_ yaml: String) throws -> Secret { try admit(Secret.self, "metadata: {name: s}\n\(yaml)").0 }

    @Test func `what is written as text becomes data, and wins`() throws {
        let secret = try Self.secret("data: {a: Zm9v, b: Zm9v}\nstringData: {b: bar}")
        #expect(secret.data == ["a": Base64Bytes("foo".utf8), "b": Base64Bytes("bar".utf8)])
        #expect(secret.stringData == nil)
        #expect(secret.type == "Opaque")
    }

    static let refusals: [Row<String, String>] = [
        Row("TLS without its key", "type: kubernetes.io/tls\ndata: {tls.crt: ''}", "data[tls.key]: Required value"),
        Row(
            "TLS without anything", "type: kubernetes.io/tls",
            "[data[tls.crt]: Required value, data[tls.key]: Required value]"),
        Row(
            "basic auth without anything", "type: kubernetes.io/basic-auth",
            "[data[%s][username]: Required value, data[%s][password]: Required value]"),
        Row(
            "ssh without a key", "type: kubernetes.io/ssh-auth\ndata: {ssh-privatekey: ''}",
            "data[%s][ssh-privatekey]: Required value"),
        Row(
            "a token of nobody", "type: kubernetes.io/service-account-token",
            "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
        Row(
            "no registry configuration", "type: kubernetes.io/dockerconfigjson",
            "data[.dockerconfigjson]: Required value"),
        Row(
            "an empty one", "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: ''}",
            "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": unexpected end of JSON input"),
        Row(
            "one that is a list", "type: kubernetes.io/dockercfg\nstringData: {.dockercfg: '[\"hunter2\"]'}",
            "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": json: cannot unmarshal array into Go value of "
                + "type map[string]interface {}"),
        Row(
            "one that is no JSON", "type: kubernetes.io/dockercfg\nstringData: {.dockercfg: hunter2}",
            "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": not a JSON document"),
        Row(
            "a bad key", "data: {'a/b': ''}",
            "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
                + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"),
        Row(
            "more than a MiB", "stringData: {a: \(String(repeating: "x", count: (1 << 20) + 1))}",
            "data: Too long: may not be more than 1048576 bytes"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        #expect(refusal { _ = try Self.secret(row.input) } == "Secret \"s\" is invalid: \(row.expected)")
    }

    @Test(arguments: [
        "type: kubernetes.io/tls\ndata: {tls.crt: '', tls.key: ''}",
        "type: kubernetes.io/basic-auth\ndata: {password: ''}",
        "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{}'}", "type: my/own\ndata: {}",
        "type: kubernetes.io/ssh-auth\nstringData: {ssh-privatekey: x}",
    ])
    func accepts(_ yaml: String) {
        #expect(throws: Never.self) { try Self.secret(yaml) }
    }

    @Test func `the type stays, and so does what is immutable`() throws {
        let old = try Self.secret("immutable: true\nstringData: {a: hunter2}")
        func update(_ change: (inout Secret) -> Void) -> String? {
            var new = old
            change(&new)
            return refusal { _ = try new.admitForUpdate(old: old) }
        }
        #expect(update { $0.stringData = ["a": "hunter2"] } == nil)
        #expect(
            update { $0.type = "my/own" }
                == "Secret \"s\" is invalid: type: Invalid value: \"my/own\": field is immutable")
        #expect(
            update { $0.stringData = ["a": "other"] }
                == "Secret \"s\" is invalid: data: Forbidden: field is immutable when `immutable` is set")
        #expect(
            update { $0.immutable = nil }
                == "Secret \"s\" is invalid: immutable: Forbidden: field is immutable when `immutable` is set")
    }

    /// In every way Swift has to print something, also inside of something else.
    @Test func `nothing that prints a secret prints its values`() throws {
        var secret = try Self.secret("stringData: {a: hunter2}")
        secret.stringData = ["b": "hunter2"]
        struct Wrapper { let inner: Secret; let data: [String: Base64Bytes]? }
        let wrapper = Wrapper(inner: secret, data: secret.data)
        var dumped = ""
        dump(wrapper, to: &dumped)
        let texts = [
            "\(secret)", String(reflecting: secret), "\(wrapper)", String(reflecting: wrapper), "\([secret])", dumped,
        ]
        let bytes = Array("hunter2".utf8).map { "\($0)" }.joined(separator: ", ")
        for text in texts {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("aHVudGVyMg"))
            #expect(!text.contains(bytes))
        }
        #expect("\(secret)" == "Secret default/s")
        #expect("\(Base64Bytes("hunter2".utf8))" == "7 bytes")
    }

    @Test func `columns, and the type can be selected`() throws {
        let secret = try Self.secret("type: my/own\ndata: {a: '', b: ''}")
        #expect(secret.cells(now: noon) == ["s", "my/own", 2, "0s"])
        #expect(Secret.columns.map(\.name) == ["Name", "Type", "Data", "Age"])
        let matches = try FieldSelector(parsing: "type=my/own").predicate(for: Secret.self)
        #expect(matches(secret))
        #expect(try !FieldSelector(parsing: "type=Opaque").predicate(for: Secret.self)(secret))
    }

    @Test func `service accounts have a name and an age`() throws {
        let (account, _) = try admit(
            ServiceAccount.self, "metadata: {name: robot}\nsecrets: [{name: a}]\nimagePullSecrets: [{name: b}]")
        #expect(account.imagePullSecrets == [LocalObjectReference(name: "b")])
        #expect(account.cells(now: noon) == ["robot", "0s"])
        #expect(ServiceAccount.columns.map(\.name) == ["Name", "Age"])
        #expect(
            refusal { _ = try admit(ServiceAccount.self, "metadata: {name: A}") }?.hasPrefix(
                "ServiceAccount \"A\" is invalid: metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain")
                == true)
    }
}
