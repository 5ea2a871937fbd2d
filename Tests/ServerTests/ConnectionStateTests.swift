import Logging
import Testing

@testable import Server

/// Each test is a timeline of one connection.
@Suite struct ConnectionStateTests {
    var state = ConnectionState()

    @Test mutating func `a client that says nothing is closed`() {
        #expect(state.connected() == [.startHeadTimer])
        #expect(state.headTimerFired() == [.close])
    }

    @Test mutating func `a request stops that clock, its answer starts it again`() {
        _ = state.connected()
        #expect(state.receivedHead(expectsContinue: false) == [.cancelHeadTimer])
        #expect(state.headTimerFired() == [])
        #expect(state.sentHead(asksToClose: false) == [])
        #expect(state.sentEnd() == [.startHeadTimer])
    }

    @Test mutating func `a client that waits for a go-ahead gets it`() {
        _ = state.connected()
        #expect(state.receivedHead(expectsContinue: true) == [.cancelHeadTimer, .sendContinue])
    }

    @Test mutating func `an answer that asks to close is followed by a gentle close`() {
        _ = state.connected()
        _ = state.receivedHead(expectsContinue: false)
        _ = state.sentHead(asksToClose: true)
        #expect(state.sentEnd() == [.closeGently])
    }

    @Test mutating func `a client that reads nothing is closed`() {
        #expect(state.writabilityChanged(false) == [.startStallTimer])
        #expect(state.writabilityChanged(false) == [])
        #expect(state.stallTimerFired() == [.close])
    }

    @Test mutating func `one that reads again in time is not`() {
        _ = state.writabilityChanged(false)
        #expect(state.writabilityChanged(true) == [.cancelStallTimer])
        #expect(state.stallTimerFired() == [])
    }

    @Test mutating func `a half-closed client still gets its answer`() {
        _ = state.receivedHead(expectsContinue: false)
        #expect(state.inputClosed() == [])
    }

    @Test mutating func `but a stream ends with its reader`() {
        _ = state.receivedHead(expectsContinue: false)
        #expect(state.streamingBegan() == [])
        #expect(state.inputClosed() == [.close])
    }

    @Test mutating func `also when he left before it began`() {
        _ = state.receivedHead(expectsContinue: false)
        _ = state.inputClosed()
        #expect(state.streamingBegan() == [.close])
    }

    @Test mutating func `the answer after a stream is no stream`() {
        _ = state.receivedHead(expectsContinue: false)
        _ = state.streamingBegan()
        _ = state.sentEnd()
        _ = state.receivedHead(expectsContinue: false)
        #expect(state.inputClosed() == [])
    }
}

@Suite struct ListenerTests {
    @Test func `a unix socket answers to any host, but to no web page`() {
        let listener = Listener.unixSocket(path: "/x")
        #expect(listener.admits(host: "localhost", origin: nil))
        #expect(listener.admits(host: "evil.test", origin: nil))
        #expect(!listener.admits(host: "localhost", origin: "http://evil.test"))
    }

    @Test func `a listener with names answers only to them`() throws {
        try withPKI { directory in
            let pki = try HostPKI(
                directory: directory, names: ServerNames(hostName: nil, listening: []), logger: Logger(label: "test"),
                clock: .host)
            let listener = Listener.tls(TCPAddress(host: "127.0.0.1", port: 6443), pki)
            #expect(listener.admits(host: "127.0.0.1:6443", origin: nil))
            #expect(!listener.admits(host: "127.0.0.1:6443", origin: "https://127.0.0.1:6443"))
            #expect(!listener.admits(host: "evil.test", origin: nil))
            #expect(!listener.admits(host: nil, origin: nil))
        }
    }
}
