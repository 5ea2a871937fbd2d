import Testing

@testable import Kube

@Suite struct LimitRangeTests {
    /// A range with one entry, as the server keeps it.
    static func range(_ entry: String) throws -> LimitRange {
        try admit(
            LimitRange.self,
            #"{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"r"},"spec":{"limits":[\#(entry)]}}"#
        ).0
    }

    private func texts(_ amounts: [String: Quantity]?) -> [String: String] { (amounts ?? [:]).mapValues(\.text) }

    @Test func `what is missing of a container's entry follows from the rest`() throws {
        let entry = try #require(
            Self.range(
                #"{"type":"Container","max":{"cpu":"2","memory":"1Gi"},"min":{"cpu":"100m","ephemeral-storage":"1Mi"},"default":{"cpu":"1"}}"#
            ).spec?.limits[0])
        #expect(texts(entry.default) == ["cpu": "1", "memory": "1Gi"])
        #expect(texts(entry.defaultRequest) == ["cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Mi"])
    }

    @Test func `nothing is filled in for pods and claims`() throws {
        let entry = try Self.range(#"{"type":"Pod","max":{"cpu":"2"}}"#).spec?.limits[0]
        #expect(entry?.default == nil && entry?.defaultRequest == nil)
    }

    static let refusals: [Row<String, String>] = [
        Row(
            "a type nobody knows", #"{"type":"Node"}"#,
            #"spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified"#),
        Row(
            "two entries of a type", #"{"type":"Pod","max":{"cpu":"1"}},{"type":"Pod","min":{"cpu":"1"}}"#,
            #"spec.limits[1].type: Duplicate value: "Pod""#),
        Row(
            "a resource that containers do not have", #"{"type":"Container","max":{"storage":"1Gi"},"default":{}}"#,
            #"spec.limits[0].max[storage]: Invalid value: "storage": must be a standard resource for containers, "#
                + #"spec.limits[0].default[storage]: Invalid value: "storage": must be a standard resource for containers, "#
                + #"spec.limits[0].defaultRequest[storage]: Invalid value: "storage": must be a standard resource for containers"#
        ),
        Row(
            "defaults for pods", #"{"type":"Pod","default":{"cpu":"1"},"defaultRequest":{"cpu":"1"}}"#,
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod', "
                + "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'"),
        Row(
            "no bound for claims", #"{"type":"PersistentVolumeClaim"}"#,
            "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided"
        ),
        Row(
            "min above max", #"{"type":"Pod","min":{"cpu":"2"},"max":{"cpu":"1"}}"#,
            #"spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1"#),
        Row(
            "a request below min", #"{"type":"Container","min":{"cpu":"2"},"defaultRequest":{"cpu":"1"}}"#,
            #"spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1"#
        ),
        Row(
            "a limit above max",
            #"{"type":"Container","max":{"cpu":"1"},"default":{"cpu":"2"},"defaultRequest":{"cpu":"1"}}"#,
            #"spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1"#),
        Row(
            "a request above the limit", #"{"type":"Container","default":{"cpu":"1"},"defaultRequest":{"cpu":"2"}}"#,
            #"spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1"#
        ),
        Row(
            "a ratio below one", #"{"type":"Pod","maxLimitRequestRatio":{"cpu":"500m"}}"#,
            #"spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1"#),
        Row(
            "a ratio that cannot be reached",
            #"{"type":"Pod","min":{"cpu":"1"},"max":{"cpu":"3"},"maxLimitRequestRatio":{"cpu":"4"}}"#,
            #"spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 3.000000"#
        ),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        let message = refusal { _ = try Self.range(row.input) } ?? ""
        let expected = row.expected.contains(", spec.") ? "[\(row.expected)]" : row.expected
        #expect(message == "LimitRange \"r\" is invalid: \(expected)")
    }

    private static let defaults =
        #"{"type":"Container","default":{"cpu":"500m","memory":"128Mi"},"defaultRequest":{"cpu":"100m"}}"#

    @Test func `containers get what they leave open, and the pod says so`() throws {
        var (pod, _) = try PodTests.pod(
            #"{"initContainers":[{"name":"first","image":"b","resources":{"limits":{"cpu":"200m"}}}]}"#,
            container: #"{"resources":{"requests":{"memory":"64Mi"}}}"#)
        try Self.range(Self.defaults).complete(&pod)
        let main = pod.spec.containers[0].resources
        #expect(texts(main?.limits) == ["cpu": "500m", "memory": "128Mi"])
        #expect(texts(main?.requests) == ["cpu": "100m", "memory": "64Mi"])
        let first = pod.spec.initContainers?[0].resources
        #expect(texts(first?.limits) == ["cpu": "200m", "memory": "128Mi"])
        #expect(texts(first?.requests) == ["cpu": "200m", "memory": "128Mi"])
        #expect(
            pod.metadata.annotations?["kubernetes.io/limit-ranger"]
                == "LimitRanger plugin set: cpu request for container main; cpu, memory limit for container main; memory "
                + "request for init container first; memory limit for init container first")
    }

    @Test func `who says everything is left alone`() throws {
        var (pod, _) = try PodTests.pod("{}", container: #"{"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}"#)
        let before = pod
        try Self.range(Self.defaults).complete(&pod)
        #expect(pod == before)
    }

    struct Rule: Sendable {
        let entry: String
        let resources: String
        let problems: [String]
    }

    static let rules: [Rule] = [
        Rule(
            entry: #"{"type":"Container","max":{"cpu":"500m"}}"#, resources: #"{"limits":{"cpu":"1"}}"#,
            problems: ["maximum cpu usage per Container is 500m, but limit is 1"]),
        Rule(entry: #"{"type":"Container","max":{"cpu":"1"}}"#, resources: #"{"limits":{"cpu":"1"}}"#, problems: []),
        Rule(
            entry: #"{"type":"Pod","max":{"memory":"1Gi"}}"#, resources: "{}",
            problems: ["maximum memory usage per Pod is 1Gi.  No limit is specified"]),
        Rule(
            entry: #"{"type":"Pod","min":{"memory":"1Gi"}}"#, resources: "{}",
            problems: ["minimum memory usage per Pod is 1Gi.  No request is specified"]),
        Rule(
            entry: #"{"type":"Container","min":{"memory":"100Mi"},"defaultRequest":{"memory":"100Mi"}}"#,
            resources: #"{"requests":{"memory":"50Mi"}}"#,
            problems: ["minimum memory usage per Container is 100Mi, but request is 50Mi"]),
        Rule(
            entry: #"{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}"#,
            resources: #"{"limits":{"cpu":"1"},"requests":{"cpu":"300m"}}"#,
            problems: ["cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333"]),
        Rule(
            entry: #"{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}"#, resources: "{}",
            problems: ["cpu max limit to request ratio per Container is 2, but no request is specified or request is 0"]
        ),
        Rule(
            entry: #"{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}"#, resources: #"{"requests":{"cpu":"1"}}"#,
            problems: ["cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0"]),
        Rule(
            entry: #"{"type":"Pod","max":{"cpu":"1"},"min":{"memory":"2Gi"}}"#,
            resources: #"{"limits":{"cpu":"2","memory":"1Gi"}}"#,
            problems: [
                "minimum memory usage per Pod is 2Gi, but request is 1Gi",
                "maximum cpu usage per Pod is 1, but limit is 2",
            ]),
    ]

    @Test(arguments: rules)
    func judges(_ rule: Rule) throws {
        let (pod, _) = try PodTests.pod("{}", container: #"{"resources":\#(rule.resources)}"#)
        #expect(try Self.range(rule.entry).problems(of: pod) == rule.problems)
    }

    @Test func `a pod's bounds are about what it says of itself, if it does`() throws {
        let (pod, _) = try PodTests.pod(#"{"resources":{"limits":{"cpu":"3"}}}"#)
        let range = try Self.range(#"{"type":"Pod","max":{"cpu":"2"}}"#)
        #expect(range.problems(of: pod) == ["maximum cpu usage per Pod is 2, but limit is 3"])
    }

    @Test func `a claim is judged by what it requests`() throws {
        let range = try Self.range(
            #"{"type":"PersistentVolumeClaim","min":{"storage":"1Gi"},"max":{"storage":"2Gi"}}"#)
        func problems(_ size: String) -> [String] {
            var spec = PersistentVolumeClaimSpec()
            spec.resources = VolumeResourceRequirements(requests: Quantity(size).map { ["storage": $0] })
            return range.problems(of: PersistentVolumeClaim(metadata: ObjectMeta(name: "c"), spec: spec))
        }
        #expect(problems("1Gi") == [])
        #expect(problems("512Mi") == ["minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi"])
        #expect(problems("3Gi") == ["maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi"])
    }

    @Test func `several problems are a list`() {
        #expect(LimitRange.message([]) == nil)
        #expect(LimitRange.message(["a"]) == "a")
        #expect(LimitRange.message(["a", "b"]) == "[a, b]")
    }
}
