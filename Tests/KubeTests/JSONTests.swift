import Foundation
import Testing

@testable import Kube

@Suite struct JSONTests {
    @Test(arguments: [
        Row("whole numbers are exact", "9223372036854775807", JSONValue.integer(.max)),
        Row("larger ones become floating", "9223372036854775808", .number(9223372036854775808)),
        Row("fractions and exponents", "-1.5e2", .number(-150)),
        Row("escapes", #""a\u0041\n\/\"\\""#, .string("aA\n/\"\\")),
        Row("pairs of surrogates", #""\ud83d\ude00""#, .string("😀")),
        Row("a lone surrogate is replaced", #""\ud83dx""#, .string("\u{FFFD}x")),
        Row("space everywhere", " [ 1 , { \"a\" : null } ] ", .array([1, ["a": .null]])),
        Row("empty containers", "[{},[]]", .array([[:], []])),
        Row("the last of two equal names counts", #"{"a":1,"a":2}"#, .object(["a": 2])),
    ])
    func reads(_ row: Row<String, JSONValue>) throws {
        #expect(try json(row.input) == row.expected)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "01", "-", "1.", "1e", ".5", "+1", "nul", "truex", "'a'", "{a:1}", "[1 2]",
        "\"\t\"",
        "\"\\x\"", "\"\\u12\"", "\"abc", "1 2", "NaN", "Infinity", "1e999", "/*c*/1", "{\"a\" 1}", "[", "\u{FEFF}1",
    ])
    func refusesWhatIsNoJSON(_ text: String) {
        #expect(throws: JSONError.self) { try json(text) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONError.syntax("a string is not UTF-8", offset: 3)) {
            try KubeJSON.parse([0x22, 0xC0, 0xAF, 0x22])
        }
    }

    @Test func `nesting is bounded`() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.tooLarge("JSON is nested deeper than 200 levels")) { try json(deep) }
        let fine = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(throws: Never.self) { try json(fine) }
    }

    @Test func `names given twice are told with their paths`() throws {
        let parsed = try JSONParser.parse(bytes(#"{"spec":{"a":[{"b":1,"b":2}],"a":1}}"#))
        #expect(parsed.duplicates == ["spec.a[0].b", "spec.a"])
    }

    @Test(arguments: [
        #"{"a":"b","c":[1,2.5,true,null,{}],"d":{"e":[]}}"#, #""\u0001\n\t\r\"\\ é 😀 /""#, "-0.25", "12345678901",
    ])
    func writesWhatItRead(_ text: String) throws {
        let value = try json(text)
        #expect(String(decoding: try KubeJSON.encode(value), as: UTF8.self) == text)
    }

    @Test func `an object names its kind first and keeps the order of its fields`() throws {
        var pod = Pod(metadata: ObjectMeta(name: "p", labels: ["b": "2", "a": "1"]), spec: PodSpec(containers: []))
        pod.metadata.creationTimestamp = Timestamp(noon)
        let text = String(decoding: try KubeJSON.encode(pod), as: UTF8.self)
        #expect(
            text
                == #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","creationTimestamp":"2026-01-01T12:00:00Z","#
                + #""labels":{"a":"1","b":"2"}},"spec":{"containers":[]}}"#)
    }

    @Test func `every kind survives the trip`() throws {
        let (job, _) = try admit(Job.self, helloJob)
        #expect(try KubeJSON.decode(Job.self, from: KubeJSON.encode(job)) == job)
        let viaFoundation = try JSONDecoder().decode(Job.self, from: Data(KubeJSON.encode(job)))
        #expect(viaFoundation == job)
        var record = AttemptRecord(
            namespace: "n", podName: "p", podUID: "u", container: "c", attempt: 0, image: "i",
            finishedAt: MicroTimestamp(noon), exitCode: 1, reason: "Error")
        record.memoryPeakBytes = 1 << 40
        #expect(try KubeJSON.decode(AttemptRecord.self, from: KubeJSON.encode(record)) == record)
        let report = HostReport(checks: [HostCheck("cgroups", .limited, found: "hybrid")])
        #expect(try KubeJSON.decode(HostReport.self, from: KubeJSON.encode(report)) == report)
    }

    @Test func `what is missing is zero, as in Go`() throws {
        let pod = try KubeJSON.decode(Pod.self, from: bytes("{}"))
        #expect(pod.spec.containers == [])
        #expect(pod.metadata == ObjectMeta())
        let job = try KubeJSON.decode(Job.self, from: bytes(#"{"spec":{"parallelism":null,"completions":2.0}}"#))
        #expect(job.spec.parallelism == nil)
        #expect(job.spec.completions == 2)
    }

    @Test(arguments: [
        Row(
            "a string for a number", #"{"spec":{"parallelism":"2"}}"#,
            "json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32"),
        Row(
            "a fraction for a whole number", #"{"spec":{"parallelism":1.5}}"#,
            "json: cannot unmarshal number 1.5 into Go struct field JobSpec.spec.parallelism of type int32"),
        Row(
            "more than 32 bits", #"{"spec":{"completions":3000000000}}"#,
            "json: cannot unmarshal number 3000000000 into Go struct field JobSpec.spec.completions of type int32"),
        Row(
            "an object for a list", #"{"spec":{"template":{"spec":{"containers":{}}}}}"#,
            "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container"
        ),
        Row(
            "a number for a string, deep inside",
            #"{"spec":{"template":{"spec":{"containers":[{"name":"a","command":["x",1]}]}}}}"#,
            "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.command of type string"
        ),
        Row(
            "a label that is no string", #"{"metadata":{"labels":{"a":true}}}"#,
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels.a of type string"),
        Row(
            "a string for an object", #"{"spec":"x"}"#,
            "json: cannot unmarshal string into Go struct field Job.spec of type v1.JobSpec"),
        Row(
            "a quantity that is none",
            #"{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"much"}}}]}}}}"#,
            Quantity.badFormat),
        Row(
            "a time that is none", #"{"metadata":{"creationTimestamp":"noon"}}"#,
            "parsing time \"noon\": not an RFC 3339 time"),
    ])
    func tellsWhatHasTheWrongType(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try ObjectDecoder.decode(Job.self, from: bytes(row.input)) }
                == "Job in version \"v1\" cannot be handled as a Job: \(row.expected)")
    }

    @Test func `fields nobody knows are told with their paths`() throws {
        let text = #"""
            {"apiVersion":"batch/v1","kind":"Job","foo":1,"metadata":{"name":"a","labels":{"x":"y"},"nam":"b"},
            "spec":{"template":{"spec":{"containers":[{"name":"a"},{"imagee":"b","resources":{"limits":{"cpu":1}}}],
            "overhead":{"anything":1}}},"suspend":true,"suspend":false}}
            """#
        let decoded = try ObjectDecoder.decode(Job.self, from: bytes(text))
        #expect(decoded.unknownFields.sorted() == ["foo", "metadata.nam", "spec.template.spec.containers[1].imagee"])
        #expect(decoded.duplicateFields == ["spec.suspend"])
        let message = refusal { try decoded.requireStrict() } ?? ""
        #expect(
            message.hasPrefix(
                "Job in version \"v1\" cannot be handled as a Job: strict decoding error: duplicate field \"spec.suspend\", "
                    + "unknown field \""))
    }

    @Test(arguments: [
        Row(
            "another group's version", #"{"apiVersion":"v1","kind":"Pod"}"#,
            "the API version in the data (v1) does not match the expected API version (batch/v1)"),
        Row(
            "another kind", #"{"apiVersion":"batch/v1","kind":"CronJob"}"#,
            "CronJob in version \"v1\" cannot be handled as a Job: no kind \"CronJob\" is registered for version \"batch/v1\" here"
        ),
        Row("a list", "[]", "the object provided is unrecognized (must be of type Job): not an object"),
        Row(
            "no JSON at all", "kind: Job",
            "the object provided is unrecognized (must be of type Job): invalid JSON at byte 0: unexpected character"),
    ])
    func refusesOtherKinds(_ row: Row<String, String>) {
        #expect(refusal { _ = try ObjectDecoder.decode(Job.self, from: bytes(row.input)) } == row.expected)
    }
}
