import Testing

@testable import Kube

/// The policies on their ways in and out.
@Suite struct PolicyCodingTests {
    static let policies = #"""
        {"completionMode":"Indexed","completions":9,"backoffLimitPerIndex":0,"maxFailedIndexes":0,"managedBy":"a.io/b",
         "podFailurePolicy":{"rules":[
          {"action":"FailIndex","onExitCodes":{"containerName":"main","operator":"NotIn","values":[0,1,255]}},
          {"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]}]},
         "successPolicy":{"rules":[{"succeededIndexes":"","succeededCount":0},{"succeededIndexes":"0,2-3"}]}}
        """#

    @Test func `protobuf and back`() throws {
        let job = try JobTests.job(Self.policies)
        let tree = try KubeJSON.tree(of: job)
        let decoded = try ObjectDecoder.decode(
            Job.self, from: try KubeProtobuf.encode(tree), contentType: .protobuf)
        #expect(decoded.object == job)
        #expect(decoded.unknownFields == [])
    }

    @Test func `what the types know the schema knows`() throws {
        let values: [(any Sendable, String)] = [
            (PodFailurePolicy(rules: []), "PodFailurePolicy"),
            (PodFailurePolicyRule(action: ""), "PodFailurePolicyRule"),
            (PodFailurePolicyOnExitCodes(operator: "", values: []), "PodFailurePolicyOnExitCodesRequirement"),
            (PodFailurePolicyOnPodConditions(type: ""), "PodFailurePolicyOnPodConditionsPattern"),
            (SuccessPolicy(rules: []), "SuccessPolicy"), (SuccessPolicyRule(), "SuccessPolicyRule"),
        ]
        for (value, name) in values {
            let message = try #require(Schema.kubernetes["io.k8s.api.batch.v1.\(name)"])
            #expect("\(type(of: value))" == name)
            #expect(Set(Mirror(reflecting: value).children.compactMap(\.label)) == Set(message.fields.map(\.name)))
        }
    }

    /// In upstream's words, so far as it has them.
    static let wrongTypes: [Row<String, String>] = [
        Row(
            "a policy that is a list", #"{"podFailurePolicy":[]}"#,
            "cannot unmarshal array into Go struct field JobSpec.spec.podFailurePolicy of type v1.PodFailurePolicy"),
        Row(
            "rules that are an object", #"{"podFailurePolicy":{"rules":{}}}"#,
            "cannot unmarshal object into Go struct field PodFailurePolicy.spec.podFailurePolicy.rules of type "
                + "[]v1.PodFailurePolicyRule"),
        Row(
            "an action that is a number", #"{"podFailurePolicy":{"rules":[{"action":1}]}}"#,
            "cannot unmarshal number into Go struct field PodFailurePolicyRule.spec.podFailurePolicy.rules.action of type "
                + "string"),
        Row(
            "an exit code that is text",
            #"{"podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":["1"]}}]}}"#,
            "cannot unmarshal string into Go struct field "
                + "PodFailurePolicyOnExitCodesRequirement.spec.podFailurePolicy.rules.onExitCodes.values of type int32"),
        Row(
            "an exit code that is too large",
            #"{"podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[2147483648]}}]}}"#,
            "cannot unmarshal number 2147483648 into Go struct field "
                + "PodFailurePolicyOnExitCodesRequirement.spec.podFailurePolicy.rules.onExitCodes.values of type int32"),
        Row(
            "a condition that is text", #"{"podFailurePolicy":{"rules":[{"onPodConditions":["Ready"]}]}}"#,
            "cannot unmarshal string into Go struct field PodFailurePolicyRule.spec.podFailurePolicy.rules.onPodConditions of "
                + "type v1.PodFailurePolicyOnPodConditionsPattern"),
        Row(
            "indexes that are a list", #"{"successPolicy":{"rules":[{"succeededIndexes":[1]}]}}"#,
            "cannot unmarshal array into Go struct field SuccessPolicyRule.spec.successPolicy.rules.succeededIndexes of type "
                + "string"),
        Row(
            "a count that is no whole number", #"{"successPolicy":{"rules":[{"succeededCount":1.5}]}}"#,
            "cannot unmarshal number 1.5 into Go struct field SuccessPolicyRule.spec.successPolicy.rules.succeededCount of type "
                + "int32"),
        Row(
            "a manager that is a flag", #"{"managedBy":true}"#,
            "cannot unmarshal bool into Go struct field JobSpec.spec.managedBy of type string"),
    ]

    @Test(arguments: wrongTypes)
    func refusesWrongTypes(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try JobTests.job(row.input) }
                == "Job in version \"v1\" cannot be handled as a Job: json: \(row.expected)")
    }

    @Test func `null is nothing, and unknown fields are named`() throws {
        let job = try JobTests.job(#"{"podFailurePolicy":null,"successPolicy":null}"#)
        #expect(job.spec.podFailurePolicy == nil && job.spec.successPolicy == nil)
        let text = #"""
            {"spec":{"podFailurePolicy":{"rules":[{"action":"Ignore","onExitCode":{},
            "onPodConditions":[{"type":"A","reason":"B"}]}]},"successPolicy":{"rule":[]}}}
            """#
        #expect(
            try ObjectDecoder.decode(Job.self, from: bytes(text)).unknownFields.sorted() == [
                "spec.podFailurePolicy.rules[0].onExitCode", "spec.podFailurePolicy.rules[0].onPodConditions[0].reason",
                "spec.successPolicy.rule",
            ])
    }

    static let patches: [PatchCase] = [
        PatchCase(
            "rules are replaced as a whole",
            #"{"spec":{"podFailurePolicy":{"rules":[{"action":"Ignore"}]},"successPolicy":{"rules":[{"succeededCount":1}]}}}"#,
            #"{"spec":{"podFailurePolicy":{"rules":[{"action":"Count"}]},"successPolicy":{"rules":[]}}}"#,
            #"{"spec":{"podFailurePolicy":{"rules":[{"action":"Count"}]},"successPolicy":{"rules":[]}}}"#)
    ]

    @Test(arguments: patches)
    func merges(_ row: PatchCase) throws { try PatchTests().check(row, .strategicMerge, Job.self) }
}
