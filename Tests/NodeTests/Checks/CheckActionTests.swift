import Kube
import Testing

@testable import Node

/// From what is written to what is done.
struct CheckActionTests {
    private func container(_ ports: [JSONValue] = []) -> Container {
        var container = Container(name: "main", image: "busybox")
        container.ports = ports
        return container
    }

    private let web: JSONValue = ["name": "web", "containerPort": 8080]

    private func get(_ path: String? = nil, port: IntOrString = .integer(80), _ change: (inout HTTPGetAction) -> Void)
        throws -> HTTPCheck
    {
        var action = HTTPGetAction(path: path, port: port)
        change(&action)
        var probe = Probe()
        probe.httpGet = action
        guard case .http(let check) = try CheckAction(probe, of: container([web]), address: "10.1.2.3") else {
            throw CheckProblem(message: "not HTTP")
        }
        return check
    }

    @Test func `a request says who asks, takes anything and keeps no connection`() throws {
        let check = try get { _ in }
        #expect(check.url == "http://10.1.2.3:80/")
        #expect(
            check.headers.map { "\($0.name): \($0.value)" } == [
                "Host: 10.1.2.3:80", "User-Agent: kube-probe/1.35", "Accept: */*", "Connection: close",
            ])
    }

    @Test func `what the author wrote wins, and an empty Accept is none`() throws {
        let check = try get("/a?b=c", port: .string("web")) {
            $0.scheme = "HTTPS"
            $0.host = "fd00::1"
            $0.httpHeaders = [
                HTTPHeader(name: "host", value: "example.org"), HTTPHeader(name: "USER-AGENT", value: "me"),
                HTTPHeader(name: "Accept", value: ""), HTTPHeader(name: "X", value: "1"),
                HTTPHeader(name: "X", value: "2"),
            ]
        }
        #expect(check.url == "https://[fd00::1]:8080/a?b=c")
        #expect(
            check.headers.map { "\($0.name): \($0.value)" } == [
                "Host: example.org", "USER-AGENT: me", "X: 1", "X: 2", "Connection: close",
            ])
    }

    @Test(arguments: [
        ("", "/"), ("a", "/a"), ("/a b", "/a%20b"), ("/a%20b", "/a%20b"), ("/ä", "/%C3%A4"), ("/a#b", "/a"),
        ("/a HTTP/1.1\r\nX: y", "/a%20HTTP/1.1%0D%0AX:%20y"),
    ])
    func `a path is one word of a request`(_ path: String, _ target: String) {
        #expect(HTTPCheck.target(path) == target)
    }

    @Test(
        arguments: [
            (IntOrString.integer(81), 81), (.string("web"), 8080), (.string("443"), 443),
        ] as [(IntOrString, Int)])
    func `a port is a number, or the name of one of the container's`(_ port: IntOrString, _ number: Int) throws {
        var probe = Probe()
        probe.tcpSocket = TCPSocketAction(port: port)
        #expect(
            try CheckAction(probe, of: container([web]), address: "127.0.0.1") == .tcp(host: "127.0.0.1", port: number))
    }

    @Test(
        arguments: [
            (IntOrString.string("other"), "strconv.Atoi: parsing \"other\": invalid syntax"),
            (.string("65536"), "invalid port number: 65536"),
        ] as [(IntOrString, String)])
    func `a port that is none`(_ port: IntOrString, _ message: String) {
        var probe = Probe()
        probe.tcpSocket = TCPSocketAction(port: port)
        #expect(throws: CheckProblem(message: message)) {
            try CheckAction(probe, of: container([web]), address: "127.0.0.1")
        }
    }

    @Test func `a hook that asks a server is content with any answer`() throws {
        var hook = LifecycleHandler()
        hook.httpGet = HTTPGetAction(path: "/stop", port: .integer(80))
        guard case .http(let check) = try CheckAction(hook, of: container(), address: "127.0.0.1") else {
            Issue.record("not HTTP")
            return
        }
        #expect(check.takesAnyStatus)
        #expect(check.headers.contains(.init(name: "User-Agent", value: "kube-lifecycle/1.35")))
        hook.httpGet = nil
        hook.sleep = SleepAction(seconds: 3)
        #expect(try CheckAction(hook, of: container(), address: "") == .sleep(.seconds(3)))
    }

    @Test(
        arguments: [
            (200, CheckResult.passed), (204, .passed),
            (304, .warned("Probe terminated redirects, Response body: b")),
            (400, .failed("HTTP probe failed with statuscode: 400")),
            (503, .failed("HTTP probe failed with statuscode: 503")),
        ] as [(Int, CheckResult)])
    func `a status from 200 to 399 passes, and no failure tells of the body`(_ status: Int, _ result: CheckResult) {
        #expect(HTTPAnswer(status: status, location: nil, body: Array("b".utf8)).result == result)
    }

    @Test(
        arguments: [
            (302, "/b?c", "http://10.1.2.3:80/b?c"), (301, "http://10.1.2.3:81/b", "http://10.1.2.3:81/b"),
            (307, "https://10.1.2.3/b", "https://10.1.2.3:443/b"), (302, "http://example.org/", nil),
            (302, "//169.254.169.254/", nil), (302, "file:///etc/passwd", nil), (302, nil, nil), (200, "/b", nil),
            (304, "/b", nil),
        ] as [(Int, String?, String?)])
    func `only the same host is asked again`(_ status: Int, _ location: String?, _ url: String?) throws {
        let check = try get("/a") { _ in }
        let next = check.redirected(by: HTTPAnswer(status: status, location: location), from: check.host)
        #expect(next?.url == url)
    }
}
