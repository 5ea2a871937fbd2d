import Testing

@testable import Server

@Suite struct ServerNamesTests {
    static let names = ServerNames(
        hostName: "Worker-1", listening: ["0.0.0.0", "Host.Example"], interfaces: { ["10.0.0.7", "fe80::1"] })

    @Test(arguments: [
        ("127.0.0.1:6443", true), ("127.0.0.1", true), ("127.0.0.1:1", true), ("localhost:6443", true),
        ("LOCALHOST", true), ("[::1]:6443", true), ("[::1]", true), ("[0:0:0:0:0:0:0:1]:6443", true),
        ("kubernetes", true), ("kubernetes.default:443", true), ("kubernetes.default.svc", true),
        ("worker-1:6443", true), ("host.example", true), ("10.0.0.7:6443", true), ("[fe80::1]:6443", true),
        ("evil.test", false), ("evil.test:6443", false), ("127.0.0.1.evil.test", false), ("localhost.evil.test", false),
        ("127.0.0.2:6443", false), ("10.0.0.8", false), ("[::2]", false), ("", false), (":6443", false),
        ("localhost:6443:1", false), ("localhost:x", false), ("localhost:", false), ("localhost:99999", false),
        ("[::1", false), ("[::1]x", false), ("::1", false), ("user@localhost", false), ("localhost evil.test", false),
        ("0.0.0.0", false), ("localhost.", false),
    ])
    func `only its own names are answered, with any port`(_ host: String, _ isOurs: Bool) {
        #expect(Self.names.contains(authority: host) == isOurs)
    }

    @Test func `a host's name that cannot stand in a certificate is left out`() {
        for name in ["", "a b", "a\"b", "über"] {
            #expect(ServerNames(hostName: name, listening: []) == ServerNames(hostName: nil, listening: []))
        }
    }

    @Test(arguments: [
        ("127.0.0.1:6443", TCPAddress(host: "127.0.0.1", port: 6443)),
        ("localhost:0", TCPAddress(host: "localhost", port: 0)),
        ("[::1]:6443", TCPAddress(host: "::1", port: 6443)), ("[::]:1", TCPAddress(host: "::", port: 1)),
        ("::1:6443", nil), ("127.0.0.1", nil), (":6443", nil), ("localhost:", nil), ("localhost:65536", nil),
        ("localhost:-1", nil), ("[::1]", nil), ("[localhost]:1", nil), ("a/b:1", nil), ("http://x:1", nil), ("", nil),
        ("a b:1", nil),
    ])
    func `an address to listen on is a host and a port`(_ text: String, _ address: TCPAddress?) {
        #expect(TCPAddress(parsing: text) == address)
        if let address { #expect(address.description == text) }
    }
}
