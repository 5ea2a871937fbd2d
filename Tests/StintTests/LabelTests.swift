import Kube
import Testing

@testable import stint

@Suite struct LabelTests {
    static func job(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        let path = question.target.split(separator: "?").first.map(String.init) ?? ""
        guard path.hasSuffix("/jobs/hello") else { return ChangeTests.changing(question) }
        return .json(
            #"{"kind":"Job","apiVersion":"batch/v1","metadata":{"name":"hello","labels":{"app":"web"},"annotations":{"note":"a"}}}"#
        )
    }

    @Test(
        arguments: [
            (
                "a new label", ["label", "job", "hello", "x=y"], "job.batch/hello labeled\n", "",
                #"{"metadata":{"labels":{"x":"y"}}}"#
            ),
            ("one that is so already", ["label", "job", "hello", "app=web"], "job.batch/hello not labeled\n", "", nil),
            (
                "one that is there", ["label", "job/hello", "app=x"], "",
                "error: 'app' already has a value (web), and --overwrite is false\n", nil
            ),
            (
                "one that may go over", ["label", "job", "hello", "app=x", "--overwrite"], "job.batch/hello labeled\n",
                "",
                #"{"metadata":{"labels":{"app":"x"}}}"#
            ),
            (
                "one that goes", ["label", "job", "hello", "app-"], "job.batch/hello unlabeled\n", "",
                #"{"metadata":{"labels":{"app":null}}}"#
            ),
            (
                "one that goes and was not there", ["label", "job", "hello", "z-"],
                "label \"z\" not found.\njob.batch/hello not labeled\n", "", nil
            ),
            (
                "both", ["label", "job", "hello", "app-", "x=y"], "job.batch/hello modified\n", "",
                #"{"metadata":{"labels":{"app":null,"x":"y"}}}"#
            ),
            (
                "an annotation", ["annotate", "job", "hello", "why=a=b c"], "job.batch/hello annotated\n", "",
                #"{"metadata":{"annotations":{"why":"a=b c"}}}"#
            ),
            (
                "an annotation that is there", ["annotate", "job", "hello", "note=b"], "",
                "error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (a)\n",
                nil
            ),
            ("a list", ["label", "job", "hello", "--list"], "app=web\n", "", nil),
            ("nothing", ["label", "job", "hello"], "", "error: at least one label update is required\n", nil),
            (
                "a name after the changes", ["label", "job", "x=y", "hello"], "",
                "error: all resources must be specified before label changes: hello\n", nil
            ),
            (
                "one set and taken away", ["label", "job", "hello", "x=y", "x-"], "",
                "error: can not both modify and remove a label in the same command\n", nil
            ),
        ] as [(String, [String], String, String, String?)])
    func changes(
        _ row: (sentence: String, arguments: [String], output: String, complaint: String, patch: String?)
    ) async throws {
        try await FakeDaemon.with(Self.job) { daemon in
            let result = await Recording.of(row.arguments + ["--socket", daemon.path])
            #expect(result.output == row.output, "\(row.sentence)")
            #expect(result.complaints == row.complaint, "\(row.sentence)")
            #expect(daemon.questions.first { $0.method == "PATCH" }?.text == row.patch, "\(row.sentence)")
        }
    }
}
