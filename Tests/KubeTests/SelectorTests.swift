import Testing

@testable import Kube

@Suite struct SelectorTests {
    static let labels = ["app": "web", "tier": "front", "n": "5", "empty": ""]

    @Test(arguments: [
        Row("nothing asks for nothing", "", true), Row("equal", "app=web", true), Row("equal, twice", "app==web", true),
        Row("not equal", "app!=db", true), Row("not equal to what is missing", "gone!=x", true),
        Row("in a set", "app in (db, web)", true), Row("not in a set", "app notin (db)", true),
        Row("notin is true of what is missing", "gone notin (a)", true), Row("in is not", "gone in (a)", false),
        Row("there", "app", true), Row("not there", "!gone", true), Row("not there, though it is", "!app", false),
        Row("an empty value", "empty=", true), Row("greater", "n>4", true), Row("less", "n<4", false),
        Row("all must hold", "app=web,tier=back", false), Row("spaces do not matter", " app = web , !gone ", true),
        Row("a set with an empty value", "empty in (,a)", true),
    ])
    func choosesByLabels(_ row: Row<String, Bool>) throws {
        #expect(try Selector(parsing: row.input).matches(Self.labels) == row.expected)
    }

    @Test(arguments: [
        "=a", "app=web,", ",app", "app=a b", "app in web", "app in (a", "app !! b", "app in", "a=b=c", "n>x", "-a=b",
        "a=-b",
        "a/b/c=d", "!",
    ])
    func refusesWhatIsNoSelector(_ text: String) {
        #expect(refusal { _ = try Selector(parsing: text) }?.hasPrefix("unable to parse requirement: ") == true)
    }

    @Test func `selectors of objects`() {
        let selector = LabelSelector(
            matchLabels: ["app": "web"],
            matchExpressions: [LabelSelectorRequirement(key: "tier", operator: "In", values: ["front", "back"])])
        #expect(Selector(selector)?.matches(Self.labels) == true)
        #expect(Selector(selector)?.description == "app=web,tier in (front,back)")
        #expect(Selector(LabelSelector())?.matches([:]) == true)
        #expect(Selector(nil) == nil)
        #expect(Selector(LabelSelector(matchExpressions: [.init(key: "a", operator: "Like")])) == nil)
    }

    @Test(arguments: [
        Row("by name", "metadata.name=hello", true), Row("by another name", "metadata.name!=hello", false),
        Row("by count", "status.successful=2", true), Row("what is not set is 0", "status.failed==0", true),
        Row("several", "metadata.namespace=default,status.active=0", true), Row("none", "", true),
    ])
    func choosesJobsByFields(_ row: Row<String, Bool>) throws {
        var (job, _) = try admit(Job.self, helloJob)
        job.status?.succeeded = 2
        #expect(try FieldSelector(parsing: row.input).predicate(for: Job.self)(job) == row.expected)
    }

    @Test func `an unknown field is the client's mistake`() throws {
        let selector = try FieldSelector(parsing: "spec.parallelism=1")
        #expect(refusal { _ = try selector.predicate(for: Job.self) } == "field label not supported: spec.parallelism")
        #expect(
            refusal { _ = try FieldSelector(parsing: "nonsense") }
                == "invalid selector: 'nonsense'; can't understand 'nonsense'")
    }

    @Test func `values can hold the marks`() throws {
        let selector = try FieldSelector(parsing: #"reason=a\,b\=c\\d,type!=Normal"#)
        #expect(selector.terms.map(\.value) == [#"a,b=c\d"#, "Normal"])
        #expect(selector.description == #"reason=a\,b\=c\\d,type!=Normal"#)
    }
}
