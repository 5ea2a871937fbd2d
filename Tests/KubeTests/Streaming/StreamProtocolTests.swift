import Kube
import Testing

struct StreamProtocolTests {
    private let good: Status = {
        var status = Status(code: 200, reason: "", message: "")
        status.status = "Success"
        return status
    }()

    @Test func `bytes are as they are, or digits and base64`() {
        let bytes = Array("hi".utf8)
        for version in [StreamProtocol.v5, .v4, .v1] {
            #expect(version.frame(bytes, on: 1) == WebSocketFrame(.binary, [1] + bytes))
            #expect(version.message([0] + bytes)?.channel == 0)
            #expect(version.message([0] + bytes)?.bytes == bytes)
            #expect(version.message([]) == nil)
        }
        for version in [StreamProtocol.v4Base64, .v1Base64] {
            #expect(version.frame(bytes, on: 1) == WebSocketFrame(.text, Array("1aGk=".utf8)))
            #expect(version.message(Array("0aGk=".utf8))?.channel == 0)
            #expect(version.message(Array("0aGk=".utf8))?.bytes == bytes)
            #expect(version.message(Array("0".utf8))?.bytes == [])
            for nonsense in ["", "0aG", "0 not base64", "\u{1}aGk="] {
                #expect(version.message(Array(nonsense.utf8)) == nil)
            }
        }
    }

    @Test func `the first version tells of failures alone, in words`() throws {
        let failure = Status(code: 500, reason: "InternalError", message: "command terminated with exit code 1")
        for version in [StreamProtocol.v1, .v1Base64] {
            #expect(try version.result(good) == nil)
            #expect(try version.result(failure) == Array("command terminated with exit code 1".utf8))
        }
        for version in [StreamProtocol.v5, .v4, .v4Base64] {
            #expect(try KubeJSON.decode(Status.self, from: version.result(good) ?? []).status == "Success")
        }
    }

    @Test func `a log has no channels`() {
        #expect(LogProtocol.binary.frame([7, 8]) == WebSocketFrame(.binary, [7, 8]))
        #expect(LogProtocol.base64.frame(Array("hi".utf8)) == WebSocketFrame(.text, Array("aGk=".utf8)))
    }
}
