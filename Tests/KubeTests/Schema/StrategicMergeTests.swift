import Testing

@testable import Kube

/// Lists are merged as the schema says, whatever the kind.
@Suite struct StrategicMergeTests {
    static let jobs: [PatchCase] = [
        PatchCase(
            "owners are told apart by uid",
            #"{"metadata":{"ownerReferences":[{"uid":"1","name":"a"},{"uid":"2","name":"b"}]}}"#,
            #"{"metadata":{"ownerReferences":[{"uid":"2","name":"c"},{"uid":"1","$patch":"delete"}]}}"#,
            #"{"metadata":{"ownerReferences":[{"uid":"2","name":"c"}]}}"#),
        PatchCase(
            "finalizers are united", #"{"metadata":{"finalizers":["a"]}}"#, #"{"metadata":{"finalizers":["b","a"]}}"#,
            #"{"metadata":{"finalizers":["a","b"]}}"#),
        PatchCase(
            "conditions are told apart by type", #"{"status":{"conditions":[{"type":"Complete","status":"False"}]}}"#,
            #"{"status":{"conditions":[{"type":"Complete","status":"True"},{"type":"Failed","status":"False"}]}}"#,
            #"{"status":{"conditions":[{"type":"Complete","status":"True"},{"type":"Failed","status":"False"}]}}"#),
        PatchCase(
            "labels are no fields", #"{"metadata":{"labels":{"finalizers":"a"}}}"#,
            #"{"metadata":{"labels":{"finalizers":"b","x":"y"}}}"#,
            #"{"metadata":{"labels":{"finalizers":"b","x":"y"}}}"#),
        PatchCase(
            "other lists are replaced", #"{"spec":{"selector":{"matchExpressions":[{"key":"a"}]}}}"#,
            #"{"spec":{"selector":{"matchExpressions":[{"key":"b"}]}}}"#,
            #"{"spec":{"selector":{"matchExpressions":[{"key":"b"}]}}}"#),
        PatchCase(
            "also in fields that nobody knows", #"{"extra":{"conditions":[{"type":"A"}]}}"#,
            #"{"extra":{"conditions":[{"type":"B"}]}}"#, #"{"extra":{"conditions":[{"type":"B"}]}}"#),
    ]

    @Test(arguments: jobs)
    func mergesJobs(_ row: PatchCase) throws { try PatchTests().check(row, .strategicMerge, Job.self) }

    static let nodes: [PatchCase] = [
        PatchCase(
            "addresses are told apart by type", #"{"status":{"addresses":[{"type":"Hostname","address":"a"}]}}"#,
            #"{"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.1"},{"type":"Hostname","address":"b"}]}}"#,
            #"{"status":{"addresses":[{"type":"Hostname","address":"b"},{"type":"InternalIP","address":"10.0.0.1"}]}}"#),
        PatchCase(
            "networks are united", #"{"spec":{"podCIDRs":["10.0.0.0/8"]}}"#, #"{"spec":{"podCIDRs":["fd00::/8"]}}"#,
            #"{"spec":{"podCIDRs":["10.0.0.0/8","fd00::/8"]}}"#),
        PatchCase(
            "taints are replaced", #"{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}"#,
            #"{"spec":{"taints":[{"key":"b","effect":"NoSchedule"}]}}"#,
            #"{"spec":{"taints":[{"key":"b","effect":"NoSchedule"}]}}"#),
    ]

    @Test(arguments: nodes)
    func mergesNodes(_ row: PatchCase) throws { try PatchTests().check(row, .strategicMerge, HostNode.self) }

    private struct Unknown: Resource {
        static let type = ResourceType(group: "example.com", kind: "Unknown", plural: "unknowns", singular: "unknown")
        var metadata: ObjectMeta
    }

    @Test func `lists of a kind without a message are replaced`() throws {
        let row = PatchCase(
            "", #"{"spec":{"conditions":[{"type":"A"}]}}"#, #"{"spec":{"conditions":[{"type":"B"}]}}"#,
            #"{"spec":{"conditions":[{"type":"B"}]}}"#)
        try PatchTests().check(row, .strategicMerge, Unknown.self)
    }
}
