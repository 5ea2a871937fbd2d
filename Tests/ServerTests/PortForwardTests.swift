import Testing

@testable import Server

/// Which streams of a client belong together.
struct PortForwardTests {
    private func headers(_ kind: String, _ port: String, _ id: String? = nil) -> [String: String] {
        var headers = ["streamtype": kind, "port": port]
        headers["requestid"] = id
        return headers
    }

    @Test func `a pair begins when both of its streams are there, whichever came first`() {
        var table = PortForwardTable()
        #expect(table.open(1, headers("error", "80", "0")) == .wait)
        #expect(table.open(3, headers("error", "81", "1")) == .wait)
        #expect(table.open(5, headers("data", "81", "1")) == .begin(key: "1", .init(port: 81, data: 5, errors: 3)))
        #expect(table.open(7, headers("data", "80", "0")) == .begin(key: "0", .init(port: 80, data: 7, errors: 1)))
        table.end("0")
        table.end("1")
        #expect(table.pairs.isEmpty)
    }

    @Test func `without ids the data stream is the one after the error stream`() {
        var table = PortForwardTable()
        #expect(table.open(1, headers("error", "80")) == .wait)
        #expect(table.open(3, headers("data", "80")) == .begin(key: "1", .init(port: 80, data: 3, errors: 1)))
    }

    @Test(arguments: [
        ["streamtype": "data"], ["port": "80"], ["streamtype": "stdin", "port": "80"],
        ["streamtype": "data", "port": "0"], ["streamtype": "data", "port": "65536"],
        ["streamtype": "data", "port": "http"], [:],
    ])
    func `a stream that says no port, or is of no kind, is refused`(_ headers: [String: String]) {
        var table = PortForwardTable()
        #expect(table.open(1, headers) == .refuse)
        #expect(table.pairs.isEmpty)
    }

    @Test func `what does not fit together is refused, and so is one more than enough`() {
        var table = PortForwardTable()
        #expect(table.open(1, headers("error", "80", "a")) == .wait)
        #expect(table.open(3, headers("error", "80", "a")) == .refuse)
        #expect(table.open(5, headers("data", "81", "a")) == .refuse)
        for number in 1..<PortForwardTable.limit {
            #expect(table.open(UInt32(number * 2 + 5), headers("error", "80", "\(number)")) == .wait)
        }
        #expect(table.open(9999, headers("error", "80", "x")) == .refuse)
    }
}
