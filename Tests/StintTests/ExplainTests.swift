import Kube
import Testing

@testable import stint

@Suite struct ExplainTests {
    static func documents(_ question: FakeDaemon.Question) -> FakeDaemon.Answer {
        do {
            switch question.target {
            case "/openapi/v3":
                return .json(
                    #"{"paths":{"apis/batch/v1":{"serverRelativeURL":"/openapi/v3/apis/batch/v1?hash=A"}}}"#)
            case "/openapi/v3/apis/batch/v1?hash=A":
                return .json(try TestFile.text("Fixtures/openapi-batch-v1.json"))
            default: return fixtures(question)
            }
        } catch {
            return .json("{}", status: 500)
        }
    }

    /// The golden files were written by kubectl from the same document.
    @Test(arguments: [
        (["job"], "explain-job.txt"), (["job.spec"], "explain-job-spec.txt"),
        (["jobs.batch.spec"], "explain-job-spec.txt"),
        (["jobs.v1.batch.spec", "--api-version=batch/v1"], "explain-job-spec.txt"),
        (["job.spec", "--recursive"], "explain-job-recursive.txt"),
        (["job.spec.completionMode"], "explain-job-enum.txt"),
    ])
    func `fields are explained letter by letter as kubectl does`(_ row: (arguments: [String], golden: String))
        async throws
    {
        try await FakeDaemon.with(Self.documents) { daemon in
            let result = await Recording.of(["explain"] + row.arguments + ["--socket", daemon.path])
            let expected = try TestFile.text("Golden/\(row.golden)")
            #expect(result.output == expected)
            #expect(result.complaints == "")
            #expect(result.exitCode == 0)
        }
    }

    @Test(arguments: [
        (["job.spec.nope"], "error: field \"nope\" does not exist\n"),
        (["cows"], "the server doesn't have a resource type \"cows\"\n"),
        (["pods"], "error: couldn't find resource for \"/v1, Resource=pods\"\n"),
    ])
    func refuses(_ row: (arguments: [String], complaint: String)) async throws {
        try await FakeDaemon.with(Self.documents) { daemon in
            let result = await Recording.of(["explain"] + row.arguments + ["--socket", daemon.path])
            #expect(result.complaints == row.complaint)
            #expect(result.exitCode == 1)
        }
    }

    @Test(arguments: [
        ("a line that fits", "aaa bbb", 7, "aaa bbb"), ("one that does not", "aaa bbb", 6, "aaa\nbbb"),
        ("breaks that are there", "a\n\nb", 5, "a\n\nb"),
        ("a word longer than a line", "a bbbbbbbb c", 4, "a\nbbbbbbbb\nc"),
        ("spaces between sentences", "aa.  bb", 7, "aa.  bb"),
    ])
    func wraps(_ row: (sentence: String, text: String, width: Int, wrapped: String)) {
        #expect(WordWrap.wrapped(row.text, row.width) == row.wrapped, "\(row.sentence)")
    }
}
