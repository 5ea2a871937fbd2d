import Testing

@testable import Kube

@Suite struct ResourceQuotaTests {
    static func quota(_ spec: String) throws -> ResourceQuota {
        try admit(
            ResourceQuota.self,
            #"{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q"},"spec":\#(spec)}"#
        ).0
    }

    private func texts(_ amounts: [String: Quantity]) -> [String: String] { amounts.mapValues(\.text) }

    static let refusals: [Row<String, String>] = [
        Row(
            "a resource nobody counts", #"{"hard":{"gpu":"1"}}"#,
            #"spec.hard[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified, "#
                + #"spec.hard[gpu]: Invalid value: "gpu": must be a standard resource for quota"#),
        Row(
            "a resource that is none of quotas", #"{"hard":{"storage":"1"}}"#,
            #"spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota"#),
        Row(
            "less than nothing", #"{"hard":{"cpu":"-1"}}"#,
            #"spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0"#),
        Row(
            "a part of a pod", #"{"hard":{"pods":"500m"}}"#,
            #"spec.hard[pods]: Invalid value: "500m": must be an integer"#),
        Row(
            "a part of an object", #"{"hard":{"count/jobs.batch":"1500m"}}"#,
            #"spec.hard[count/jobs.batch]: Invalid value: "1500m": must be an integer"#),
        Row(
            "a scope nobody knows", #"{"scopes":["Nice"]}"#, #"spec.scopes: Invalid value: ["Nice"]: unsupported scope"#
        ),
        Row(
            "scopes that exclude each other", #"{"scopes":["Terminating","NotTerminating"]}"#,
            #"spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes"#),
        Row(
            "a scope of pods for something else", #"{"hard":{"secrets":"1"},"scopes":["Terminating"]}"#,
            #"spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource"#),
        Row(
            "the amounts of those who ask for nothing", #"{"hard":{"cpu":"1"},"scopes":["BestEffort"]}"#,
            #"spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource"#),
        Row(
            "classes without names",
            #"{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In"}]}}"#,
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or "
                + "'NotIn' for scope selector"),
        Row(
            "names where none belong",
            #"{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"Exists","values":["a"]}]}}"#,
            #"spec.scopeSelector.matchExpressions.values: Invalid value: ["a"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"#
        ),
        Row(
            "an operator nobody knows",
            #"{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"Is"}]}}"#,
            #"spec.scopeSelector.matchExpressions.operator: Invalid value: "Is": not a valid selector operator"#),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<String, String>) {
        let message = refusal { _ = try Self.quota(row.input) } ?? ""
        let expected = row.expected.contains(", spec.") ? "[\(row.expected)]" : row.expected
        #expect(message == "ResourceQuota \"q\" is invalid: \(expected)")
    }

    @Test func `everything that is counted is accepted, and scopes stay`() throws {
        let old = try Self.quota(
            #"{"hard":{"cpu":"1","requests.memory":"1Gi","limits.ephemeral-storage":"1Gi","pods":"3","count/jobs.batch":"2","configmaps":"4","standard.storageclass.storage.k8s.io/requests.storage":"5Gi","requests.storage":"1Gi"}}"#
        )
        #expect(old.status == ResourceQuotaStatus())
        var new = old
        new.spec?.scopes = ["Terminating"]
        #expect(
            new.validateUpdate(old: old).first { $0.field == "spec.scopes" && $0.detail == "field is immutable" } != nil
        )
    }

    static let coverings: [Row<(String, String), Bool>] = [
        Row("no scope", (#"{}"#, "{}"), true),
        Row("a deadline", (#"{"scopes":["Terminating"]}"#, #"{"activeDeadlineSeconds":5}"#), true),
        Row("no deadline", (#"{"scopes":["Terminating"]}"#, "{}"), false),
        Row("no deadline, which is asked for", (#"{"scopes":["NotTerminating"]}"#, "{}"), true),
        Row("nothing asked for", (#"{"scopes":["BestEffort"]}"#, "{}"), true),
        Row("nothing asked for, and others are meant", (#"{"scopes":["NotBestEffort"]}"#, "{}"), false),
        Row("two scopes", (#"{"scopes":["BestEffort","Terminating"]}"#, "{}"), false),
        Row("a class of these", (selector("In", #"["high"]"#), #"{"priorityClassName":"high"}"#), true),
        Row("another class", (selector("In", #"["high"]"#), #"{"priorityClassName":"low"}"#), false),
        Row("no class", (selector("In", #"["high"]"#), "{}"), false),
        Row("none of these", (selector("NotIn", #"["high"]"#), #"{"priorityClassName":"low"}"#), true),
        Row("some class", (selector("Exists", "[]"), #"{"priorityClassName":"low"}"#), true),
        Row("no class, which is asked for", (selector("DoesNotExist", "[]"), "{}"), true),
    ]

    @Test(arguments: coverings)
    func covers(_ row: Row<(String, String), Bool>) throws {
        let (pod, _) = try PodTests.pod(row.input.1)
        #expect(try Self.quota(row.input.0).spec?.covers(pod) == row.expected)
    }

    private static func selector(_ operation: String, _ values: String) -> String {
        #"{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"\#(operation)","values":\#(values)}]}}"#
    }

    @Test func `scopes are about pods`() throws {
        let map = ConfigMap(metadata: ObjectMeta(name: "m", namespace: "default"))
        #expect(try Self.quota("{}").spec?.covers(map) == true)
        #expect(try Self.quota(#"{"scopes":["Terminating"]}"#).spec?.covers(map) == false)
    }

    @Test func `what a pod takes, and what is left of it at its end`() throws {
        var (pod, _) = try PodTests.pod(
            "{}", container: #"{"resources":{"requests":{"cpu":"1"},"limits":{"memory":"1Gi"}}}"#)
        #expect(
            texts(QuotaUsage.of(pod)) == [
                "count/pods": "1", "pods": "1", "cpu": "1", "requests.cpu": "1", "memory": "1Gi",
                "requests.memory": "1Gi",
                "limits.memory": "1Gi",
            ])
        pod.status?.phase = "Succeeded"
        #expect(texts(QuotaUsage.of(pod)) == ["count/pods": "1"])
    }

    @Test func `what other objects take`() throws {
        #expect(
            texts(QuotaUsage.of(ConfigMap(metadata: ObjectMeta(name: "m")))) == [
                "count/configmaps": "1", "configmaps": "1",
            ])
        let (job, _) = try admit(Job.self, helloJob)
        #expect(texts(QuotaUsage.of(job)) == ["count/jobs.batch": "1"])
        var spec = PersistentVolumeClaimSpec()
        spec.storageClassName = "fast"
        spec.resources = VolumeResourceRequirements(requests: Quantity("2Gi").map { ["storage": $0] })
        #expect(
            texts(QuotaUsage.of(PersistentVolumeClaim(metadata: ObjectMeta(name: "c"), spec: spec))) == [
                "count/persistentvolumeclaims": "1", "persistentvolumeclaims": "1", "requests.storage": "2Gi",
                "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
                "fast.storageclass.storage.k8s.io/requests.storage": "2Gi",
            ])
    }

    @Test func `what an object takes is what its type is looked at for`() throws {
        let (pod, _) = try PodTests.pod(
            "{}", container: #"{"resources":{"limits":{"cpu":"1","memory":"1","ephemeral-storage":"1"}}}"#)
        for object in [pod, ConfigMap(metadata: ObjectMeta(name: "m")), try admit(Job.self, helloJob).0]
            as [any Resource]
        {
            let type = Swift.type(of: object).type
            for name in QuotaUsage.of(object).keys { #expect(QuotaUsage.concerns(name, type), "\(name)") }
        }
        #expect(!QuotaUsage.concerns("cpu", ConfigMap.type) && !QuotaUsage.concerns("pods", Job.type))
        #expect(!QuotaUsage.concerns("secrets", Pod.type) && !QuotaUsage.concerns("requests.storage", Pod.type))
    }

    @Test func `a quota of amounts wants every container to name them`() throws {
        let hard = try #require(Self.quota(#"{"hard":{"limits.cpu":"1","requests.memory":"1","pods":"1"}}"#).spec?.hard)
        let two = #"{"initContainers":[{"name":"first","image":"b"}]}"#
        #expect(
            QuotaUsage.omissions(in: try PodTests.pod(two).0, under: hard)
                == "must specify limits.cpu for: first,main; requests.memory for: first,main")
        let whole = #"{"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}"#
        #expect(QuotaUsage.omissions(in: try PodTests.pod("{}", container: whole).0, under: hard) == nil)
        #expect(QuotaUsage.omissions(in: try PodTests.pod(whole).0, under: hard) == nil)
        let requested = #"{"resources":{"requests":{"cpu":"1","memory":"1Gi"}}}"#
        #expect(
            QuotaUsage.omissions(in: try PodTests.pod("{}", container: requested).0, under: hard)
                == "must specify limits.cpu for: main")
    }

    @Test func `too much is said in numbers, and only of what is too much`() throws {
        func amounts(_ texts: [String: String]) -> [String: Quantity] { texts.compactMapValues { Quantity($0) } }
        let hard = amounts(["cpu": "500m", "memory": "1Gi", "pods": "10"])
        #expect(
            QuotaUsage.excess(
                amounts(["cpu": "1", "memory": "2Gi", "pods": "1"]), used: amounts(["cpu": "0", "memory": "0"]),
                hard: hard,
                quota: "q")
                == "exceeded quota: q, requested: cpu=1,memory=2Gi, used: cpu=0,memory=0, limited: cpu=500m,memory=1Gi")
        #expect(
            QuotaUsage.excess(
                amounts(["cpu": "0", "memory": "-1"]), used: amounts(["cpu": "9", "memory": "9Gi"]), hard: hard,
                quota: "q")
                == nil)
    }

    @Test func `a table shows limits apart`() throws {
        var quota = try Self.quota(#"{"hard":{"limits.cpu":"2","pods":"3","requests.cpu":"1"}}"#)
        quota.metadata.creationTimestamp = Timestamp(noon.addingTimeInterval(-60))
        quota.status = ResourceQuotaStatus(hard: quota.spec?.hard, used: Quantity("1").map { ["pods": $0] })
        #expect(quota.cells(now: noon) == ["q", "60s", "pods: 1/3, requests.cpu: 0/1", "limits.cpu: 0/2"])
        #expect(ResourceQuota.columns.map(\.name) == ["Name", "Age", "Request", "Limit"])
    }
}
