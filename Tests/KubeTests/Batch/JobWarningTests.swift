import Testing

@testable import Kube

@Suite struct JobWarningTests {
    static let wide = #"{"completionMode":"Indexed","completions":100001,"parallelism":10001}"#
    static let tooWide =
        "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not "
        + "be able to track completedIndexes when a big number of indexes fail"

    @Test(arguments: [
        Row("wide and long", wide, ["spec: \(tooWide)"]),
        Row("not quite so wide", #"{"completionMode":"Indexed","completions":100001,"parallelism":10000}"#, []),
        Row("not quite so long", #"{"completionMode":"Indexed","completions":100000,"parallelism":10001}"#, []),
        Row("without indexes", #"{"completions":100001,"parallelism":10001}"#, []),
    ])
    func warns(_ row: Row<String, [String]>) throws {
        let job = try JobTests.job(row.input)
        #expect(job.warnings(old: nil) == row.expected)
        var old = job
        old.spec.parallelism = 1
        #expect(job.warnings(old: old) == row.expected)
        #expect(job.warnings(old: job) == [])
    }

    @Test func `a CronJob is told the same of its Jobs`() throws {
        let (_, warnings) = try CronJobTests.cronJob(#"{"jobTemplate":{"spec":\#(Self.wide)}}"#)
        #expect(warnings == ["spec.jobTemplate.spec: \(Self.tooWide)"])
    }

    @Test func `a name that is no label makes odd hostnames`() throws {
        let (_, warnings) = try admit(Job.self, helloJob.replacing("name: hello", with: "name: a.b"))
        let advice =
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is "
            + "recommended: "
        #expect(warnings == ["\(advice)[must not contain dots]"])
        let long = String(repeating: "a", count: 60) + ".long"
        var (job, _) = try admit(Job.self, helloJob)
        job.metadata.name = String(repeating: "a", count: 60) + ".long"
        #expect(
            job.warnings(old: nil) == ["\(advice)[must be no more than 63 characters must not contain dots]"])
        #expect(job.warnings(old: job) == [])
        #expect(try CronJobTests.cronJob(name: "a.b").1 == ["\(advice)[must not contain dots]"])
    }
}
