import Testing

@testable import stint

private let usageOfRun =
    "Usage: stint run --image IMAGE [--cpu 500m] [--memory 64Mi] [--deadline 30s] [--retries N] [-- ARGUMENTS …]\n"

@Suite struct UsageTests {
    @Test(arguments: [
        ("a slip of one letter", "gett", ["get"]), ("two letters exchanged", "wiat", ["wait"]),
        ("the beginning of a verb", "desc", ["describe"]), ("of more than one", "de", ["delete", "describe", "get"]),
        ("nothing like a verb", "frobnicate", []),
    ])
    func `a word that is no verb brings up those like it`(_ row: (sentence: String, word: String, near: [String])) {
        let text = UsageText.unknownVerb(row.word, known: ["delete", "describe", "get", "wait"])
        let suggestions = text?.split(separator: "\n").filter { $0.hasPrefix("\t") }.map { String($0.dropFirst()) }
        #expect(suggestions == row.near, "\(row.sentence)")
        #expect(text?.hasPrefix("error: unknown command \"\(row.word)\" for \"stint\"\n") == true)
    }

    @Test(
        arguments: [
            ("debug", "error: stint has no debug yet"),
            ("scale", "error: stint has no scale yet: change a Job's parallelism with 'stint patch'"), ("get", nil),
        ] as [(String, String?)])
    func `a verb that only kubectl has is named`(_ row: (word: String, complaint: String?)) async {
        #expect(UsageText.absentVerb(row.word) == row.complaint)
        if let complaint = row.complaint {
            let result = await Recording.of([row.word, "x"])
            #expect(result.complaints == complaint + "\n")
            #expect(result.exitCode == 1)
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `there is a completion script for`(_ shell: String) async {
        let result = await Recording.of(["completion", shell])
        #expect(result.output.contains("stint") && result.output.contains("api-resources"))
        #expect(result.exitCode == 0)
    }

    @Test(arguments: ["get", "--help", "-h"])
    func `verbs and options are not complained about`(_ word: String) {
        #expect(UsageText.unknownVerb(word, known: ["get"]) == nil)
    }

    @Test(arguments: [
        ("same", "same", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("get", "gte", 2),
    ])
    func `words are so far apart`(_ row: (a: String, b: String, distance: Int)) {
        #expect(NearMiss.distance(row.a, row.b) == row.distance)
        #expect(NearMiss.distance(row.b, row.a) == row.distance)
    }

    @Test(arguments: [
        (["get", "jobs", "--bogus"], "error: unknown option '--bogus'\nSee 'stint get --help' for usage.\n"),
        (
            ["run", "busybox"],
            "error: missing expected argument '--image <image>'\nHelp:  --image <image>  The image to run.\n"
                + usageOfRun + "See 'stint run --help' for usage.\n"
        ),
        (
            ["run", "--image=b", "--retries", "-1"],
            "error: --retries must be 0 or more\n\(usageOfRun)See 'stint run --help' for usage.\n"
        ),
    ])
    func `what is wrong is said in a line or two`(_ row: (command: [String], words: String)) async {
        let result = await Recording.of(row.command)
        #expect(result.complaints == row.words)
        #expect(result.exitCode == 1)
    }
}
