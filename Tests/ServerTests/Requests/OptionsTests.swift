import Foundation
import Kube
import Testing

@testable import Server

/// The message of the Status that reading some options ends with.
private func refusal(_ body: () throws -> Void) -> (code: Int?, message: String?)? {
    do {
        try body()
        return nil
    } catch let status as Status {
        return (status.code, status.message)
    } catch {
        return (nil, "\(error)")
    }
}

private func query(_ text: String) throws -> Query { try RequestTarget("/x?\(text)").query }

@Suite struct ListOptionsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var query: String
        var code: Int
        var message: String

        init(_ query: String, _ code: Int, _ message: String) {
            (testDescription, self.query, self.code, self.message) = (query, query, code, message)
        }
    }

    @Test(arguments: [
        Case(
            "resourceVersionMatch=Exact", 422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden "
                + "unless resourceVersion is provided"),
        Case(
            "resourceVersion=0&resourceVersionMatch=Exact", 422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is "
                + "forbidden for resourceVersion \"0\""),
        Case(
            "resourceVersion=1&resourceVersionMatch=x", 422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value: \"x\": supported values: "
                + "\"Exact\", \"NotOlderThan\", \"\""),
        Case(
            "sendInitialEvents=true", 422,
            "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for "
                + "list"),
        Case(
            "watch=1&sendInitialEvents=true", 422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting "
                + "resourceVersionMatch to NotOlderThan"),
        Case(
            "watch=1&resourceVersionMatch=NotOlderThan", 422,
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden "
                + "for watch unless sendInitialEvents is provided"),
        Case(
            "resourceVersion=abc", 400,
            "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": "
                + "invalid syntax"),
        Case(
            "resourceVersion=-1", 400,
            "invalid resource version: resourceVersion: Invalid value: \"-1\": strconv.ParseUint: parsing \"-1\": "
                + "invalid syntax"),
        Case("limit=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax"),
        Case(
            "continue=x&resourceVersion=5", 400,
            "specifying resource version is not allowed when using continue"),
    ])
    func refuses(_ row: Case) {
        let found = refusal { _ = try ListOptions(query(row.query)) }
        #expect(found?.code == row.code)
        #expect(found?.message == row.message)
    }

    @Test func `no version and version 0 are told apart`() throws {
        #expect(try ListOptions(query("")).resourceVersion == nil)
        #expect(try ListOptions(query("resourceVersion=")).resourceVersion == nil)
        #expect(try ListOptions(query("resourceVersion=0")).resourceVersion == 0)
    }

    @Test func `a negative limit is no limit`() throws { #expect(try ListOptions(query("limit=-3")).limit == 0) }
}

@Suite struct WatchStartTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var query: String
        var since: Int64?
        var marks: Bool

        init(_ sentence: String, _ query: String, since: Int64?, marks: Bool = false) {
            (testDescription, self.query, self.since, self.marks) = (sentence, query, since, marks)
        }
    }

    @Test(arguments: [
        Case("no version: the objects first", "watch=1", since: nil),
        Case("version 0: the objects first", "watch=1&resourceVersion=0", since: nil),
        Case("a version: what came after it", "watch=1&resourceVersion=7", since: 7),
        Case(
            "initial events with bookmarks are marked",
            "watch=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1", since: nil,
            marks: true),
        Case(
            "initial events without bookmarks are not",
            "watch=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan", since: nil),
        Case(
            "initial events of a version are as new as can be",
            "watch=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan&resourceVersion=7", since: nil),
        Case(
            "no initial events, no version: from now on",
            "watch=1&sendInitialEvents=0&resourceVersionMatch=NotOlderThan", since: 42),
        Case(
            "no initial events, a version: from there on",
            "watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=7", since: 7),
    ])
    func begins(_ row: Case) throws {
        let start = WatchStart(try ListOptions(query(row.query)), current: 42)
        #expect(start.since == row.since)
        #expect(start.marksInitialEnd == row.marks)
    }
}

@Suite struct WriteAndDeleteOptionsTests {
    @Test func `dryRun knows only All`() throws {
        #expect(try WriteOptions(query("dryRun=All"), kind: "CreateOptions").dryRun)
        let found = refusal { _ = try WriteOptions(query("dryRun=Server"), kind: "CreateOptions") }
        #expect(found?.code == 422)
        #expect(
            found?.message
                == "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"Server\": supported values: "
                + "\"All\"")
    }

    @Test func `fieldValidation is one of three`() throws {
        #expect(try WriteOptions(query(""), kind: "PatchOptions").fieldValidation == .warn)
        #expect(try WriteOptions(query("fieldValidation=Strict"), kind: "PatchOptions").fieldValidation == .strict)
        let found = refusal { _ = try WriteOptions(query("fieldValidation=strict"), kind: "PatchOptions") }
        #expect(
            found?.message
                == "PatchOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"strict\": supported "
                + "values: \"Ignore\", \"Strict\", \"Warn\"")
    }

    @Test func `a delete takes its options from the query when it has no body`() throws {
        let request = try DeleteRequest(query("gracePeriodSeconds=5&propagationPolicy=Foreground&dryRun=All"))
        #expect(request.options.gracePeriodSeconds == 5)
        #expect(request.options.propagationPolicy == .foreground)
        #expect(request.dryRun)
    }

    @Test func `a negative grace period means one second`() throws {
        #expect(try DeleteRequest(query("gracePeriodSeconds=-9")).options.gracePeriodSeconds == 1)
    }

    @Test func `the old orphanDependents is a policy`() throws {
        #expect(try DeleteRequest(query("orphanDependents=true")).options.propagationPolicy == .orphan)
        let cascade = try DeleteRequest(query("orphanDependents=false"))
        #expect(cascade.options.propagationPolicy == .background)
        #expect(cascade.answersAccepted)
    }

    @Test func `two policies at once, or one that is none, are refused`() {
        let both = refusal { _ = try DeleteRequest(query("orphanDependents=true&propagationPolicy=Orphan")) }
        #expect(
            both?.message
                == "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": "
                + "orphanDependents and deletionPropagation cannot be both set")
        let none = refusal { _ = try DeleteRequest(query("propagationPolicy=orphan")) }
        #expect(
            none?.message
                == "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"orphan\": "
                + "supported values: \"Background\", \"Foreground\", \"Orphan\", \"nil\"")
    }
}

@Suite struct PodLogOptionsTests {
    let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `everything has a name`() throws {
        let options = try PodLogOptions(
            query("container=c&follow=true&previous=1&timestamps=true&tailLines=7&limitBytes=9&sinceSeconds=60"),
            now: now)
        #expect(options.container == "c")
        #expect(options.follow && options.previous && options.timestamps)
        #expect(options.tailLines == 7)
        #expect(options.limitBytes == 9)
        #expect(options.since == now.addingTimeInterval(-60))
    }

    @Test(arguments: [
        ("tailLines=-1", "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ("limitBytes=0", "limitBytes: Invalid value: 0: must be greater than 0"),
        ("sinceSeconds=0", "sinceSeconds: Invalid value: 0: must be greater than 0"),
    ])
    func `numbers out of range are refused`(_ row: (query: String, message: String)) {
        let found = refusal { _ = try PodLogOptions(query(row.query), now: now) }
        #expect(found?.code == 422)
        #expect(found?.message == "PodLogOptions \"\" is invalid: \(row.message)")
    }

    @Test func `a log starts at one moment only`() {
        let found = refusal {
            _ = try PodLogOptions(query("sinceSeconds=5&sinceTime=2027-01-01T00:00:00Z"), now: now)
        }
        #expect(found?.code == 422)
    }
}

@Suite struct ContinueTokenTests {
    @Test func `a token comes back as it went`() throws {
        for key in [ObjectKey(namespace: "a", name: "b"), ObjectKey(namespace: nil, name: "n")] {
            let token = ContinueToken(revision: 17, after: key)
            #expect(try ContinueToken(token.encoded()) == token)
        }
    }

    @Test func `a token is upstream's`() throws {
        // {"v":"meta.k8s.io/v1","rv":17,"start":"a/b\u0000"}
        let text = "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MTcsInN0YXJ0IjoiYS9iXHUwMDAwIn0"
        #expect(try ContinueToken(text) == ContinueToken(revision: 17, after: ObjectKey(namespace: "a", name: "b")))
    }

    @Test(arguments: [
        "", "x", "!!!!", "e30", "bm90IGpzb24",
        "eyJ2IjoidjIiLCJydiI6MSwic3RhcnQiOiJhIn0",  // another version
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiJhIn0",  // revision 0
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi9hIn0",  // ../a
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhL2IvYyJ9",  // a/b/c
    ])
    func `what is no token is refused with 400`(_ text: String) {
        #expect(refusal { _ = try ContinueToken(text) }?.code == 400)
    }
}
