import Foundation
import Kube
import Testing

@testable import stint

@Suite struct LogTests {
    static func pod(_ name: String, _ phase: String, created: String, restarts: Int = 0) -> String {
        #"{"metadata":{"name":"\#(name)","namespace":"default","creationTimestamp":"\#(created)"},"spec":{"nodeName":"h","containers":[{"name":"main"}]},"status":{"phase":"\#(phase)","containerStatuses":[{"name":"main","ready":false,"restartCount":\#(restarts),"image":"","imageID":""}]}}"#
    }

    static let pods = [
        pod("new", "Succeeded", created: "2026-01-01T00:00:02Z"), pod("old", "Failed", created: "2026-01-01T00:00:01Z"),
        pod("waiting", "Pending", created: "2026-01-01T00:00:00Z"),
    ].joined(separator: ",")

    static func logs(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        switch path {
        case let log where log.hasSuffix("/log"):
            let name = log.split(separator: "/").dropLast().last ?? ""
            return .stream(["\(name) on", "e\n\(name) two\n", "no newline"], pause: 5)
        case "/api/v1/namespaces/default/pods": return .json(#"{"metadata":{},"items":[\#(pods)]}"#)
        default: return fixtures(question)
        }
    }

    @Test(arguments: [
        ("a pod", ["hello-x7k2p"], "hello-x7k2p one\nhello-x7k2p two\nno newline", ""),
        (
            "of a Job's pods, the oldest that ran", ["job/hello"], "old one\nold two\nno newline",
            "Found 3 pods, using pod/old\n"
        ),
        (
            "a prefix before every line", ["pod/hello-x7k2p", "--prefix"],
            "[pod/hello-x7k2p/hello] hello-x7k2p one\n[pod/hello-x7k2p/hello] hello-x7k2p two\n[pod/hello-x7k2p/hello] no newline\n",
            ""
        ),
        (
            "a container that is not there", ["hello-x7k2p", "-c", "x"], "",
            "error: container x is not valid for pod hello-x7k2p out of: hello\n"
        ),
        (
            "an object without logs", ["node/host1"], "",
            "error: cannot get the logs from node/host1: only pods and Jobs have logs\n"
        ),
    ])
    func prints(_ row: (sentence: String, arguments: [String], output: String, complaint: String)) async throws {
        try await FakeDaemon.with(Self.logs) { daemon in
            let result = await Recording.of(["logs"] + row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output, "\(row.sentence)")
            #expect(result.complaints == row.complaint)
        }
    }

    @Test func `all pods of a Job that are followed at once never share a line`() async throws {
        try await FakeDaemon.with(Self.logs) { daemon in
            let result = await Recording.of(["logs", "job/hello", "--all-pods", "-f", "--socket", daemon.path])
            for pod in ["new", "old", "waiting"] {
                #expect(result.output.contains("[pod/\(pod)/main] \(pod) one\n"))
                #expect(result.output.contains("[pod/\(pod)/main] \(pod) two\n"))
            }
        }
    }

    @Test func `the flags become the query`() async throws {
        try await FakeDaemon.with(Self.logs) { daemon in
            _ = await Recording.of([
                "logs", "hello-x7k2p", "-f", "--tail", "5", "--since=90s", "--timestamps", "-p", "--socket",
                daemon.path,
            ])
            #expect(
                daemon.questions.last?.target
                    == "/api/v1/namespaces/default/pods/hello-x7k2p/log?container=hello&follow=true&previous=true&timestamps=true&tailLines=5&sinceSeconds=90"
            )
        }
    }

    @Test func `lines are whole whatever pieces they come in`() {
        var lines = LineBuffer()
        lines.append("a".utf8)
        #expect(lines.take() == nil)
        lines.append("b\nc\n\nd".utf8)
        #expect(lines.take() == Array("ab".utf8))
        #expect(lines.take() == Array("c".utf8))
        #expect(lines.take() == [])
        #expect(lines.take() == nil)
        lines.append("e".utf8)
        #expect(lines.takeRest() == Array("de".utf8))
        #expect(lines.takeRest() == nil)
    }
}
