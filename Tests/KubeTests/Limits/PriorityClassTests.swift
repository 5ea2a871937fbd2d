import Testing

@testable import Kube

@Suite struct PriorityClassTests {
    static func made(_ name: String, _ more: String = #""value":10"#) throws -> PriorityClass {
        try admit(
            PriorityClass.self,
            #"{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"\#(name)"},\#(more)}"#,
            namespace: nil
        ).0
    }

    private static let reserved =
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "

    static let refusals: [Row<(String, String), String>] = [
        Row(
            "above what users may have", ("high", #""value":1000000001"#),
            "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"),
        Row(
            "a name of the system", ("system-mine", #""value":1"#),
            reserved + "system-mine is not a known system priority class"),
        Row(
            "another value of one of the system's", ("system-node-critical", #""value":1"#),
            reserved + "value of system-node-critical PriorityClass must be 2000001000"),
        Row(
            "the system's as default", ("system-cluster-critical", #""value":2000000000,"globalDefault":true"#),
            reserved + "globalDefault of system-cluster-critical PriorityClass must be false"),
        Row(
            "a policy nobody knows", ("high", #""value":1,"preemptionPolicy":"Always""#),
            #"preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never""#),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<(String, String), String>) {
        #expect(
            refusal { _ = try Self.made(row.input.0, row.input.1) }
                == "PriorityClass.scheduling.k8s.io \"\(row.input.0)\" is invalid: \(row.expected)")
    }

    @Test func `its value and policy stay`() throws {
        let old = try Self.made("a")
        #expect(old.preemptionPolicy == "PreemptLowerPriority")
        var new = old
        new.value = 11
        new.preemptionPolicy = "Never"
        #expect(
            new.validateUpdate(old: old).map(\.message) == [
                "value: Forbidden: may not be changed in an update.",
                #"preemptionPolicy: Invalid value: "Never": field is immutable"#,
            ])
        new = old
        new.description = "other"
        new.globalDefault = true
        #expect(new.validateUpdate(old: old) == [])
    }

    @Test func `the two of the system are what validation wants them to be`() {
        #expect(PriorityClass.system.flatMap { $0.validate() } == [])
        #expect(PriorityClass.system.map(\.value) == [2_000_001_000, 2_000_000_000])
    }

    @Test func `there is one default`() throws {
        let (a, b) = (
            try Self.made("a", #""value":1,"globalDefault":true"#),
            try Self.made("b", #""value":2,"globalDefault":true"#)
        )
        #expect(b.refusal(among: [a]) == "PriorityClass a is already marked as default. Only one default can exist")
        #expect(a.refusal(among: [a]) == nil)
        #expect(try Self.made("c").refusal(among: [a]) == nil)
    }

    @Test func `a pod gets the priority of its class`() throws {
        let classes = [try Self.made("high", #""value":100,"preemptionPolicy":"Never""#), try Self.made("low")]
        func take(_ name: String?, priority: Int? = nil, policy: String? = nil) -> (PodSpec, String?) {
            var spec = PodSpec(containers: [])
            spec.priorityClassName = name
            spec.priority = priority
            spec.preemptionPolicy = policy
            let refusal = spec.takePriority(from: classes)
            return (spec, refusal)
        }
        let (high, none) = take("high")
        #expect(none == nil)
        #expect(high.priority == 100 && high.preemptionPolicy == "Never" && high.priorityClassName == "high")
        #expect(take(nil).0.priority == 0 && take(nil).0.preemptionPolicy == "PreemptLowerPriority")
        #expect(take(nil).0.priorityClassName == nil)
        #expect(take("high", priority: 100).1 == nil)
        #expect(take("nope").1 == "no PriorityClass with name nope was found")
        #expect(
            take(nil, priority: 5).1
                == "the integer value of priority (5) must not be provided in pod spec; priority admission controller "
                + "computed 0 from the given PriorityClass name")
        #expect(
            take("high", policy: "PreemptLowerPriority").1
                == "the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority "
                + "admission controller computed Never from the given PriorityClass name")
    }

    @Test func `who names no class has the default one`() throws {
        var spec = PodSpec(containers: [])
        #expect(spec.takePriority(from: [try Self.made("usual", #""value":7,"globalDefault":true"#)]) == nil)
        #expect(spec.priority == 7 && spec.priorityClassName == "usual")
    }
}
