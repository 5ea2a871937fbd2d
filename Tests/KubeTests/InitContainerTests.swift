import Testing

@testable import Kube

/// What may be written of init containers, sidecars and restarts of single containers.
@Suite struct InitContainerTests {
    @Test(arguments: [
        Row(
            "no name", (#"{"initContainers":[{"name":"","image":"b"}]}"#, "{}"),
            "spec.initContainers[0].name: Required value"),
        Row(
            "the name of a main container", (#"{"initContainers":[{"name":"main","image":"b"}]}"#, "{}"),
            "spec.initContainers[0].name: Duplicate value: \"main\""),
        Row(
            "two of one name",
            (#"{"initContainers":[{"name":"a","image":"b"},{"name":"a","image":"b"}]}"#, "{}"),
            "spec.initContainers[1].name: Duplicate value: \"a\""),
        Row(
            "no image", (#"{"initContainers":[{"name":"a"}]}"#, "{}"),
            "spec.initContainers[0].image: Required value"),
        Row(
            "an unknown restart policy", ("{}", #"{"restartPolicy":"Sometimes"}"#),
            "spec.containers[0].restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\", "
                + "\"OnFailure\""),
        Row(
            "rules without a policy",
            ("{}", #"{"restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[42]}}]}"#),
            "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used"),
        Row(
            "a rule without exit codes",
            ("{}", #"{"restartPolicy":"Never","restartPolicyRules":[{"action":"Restart"}]}"#),
            "spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified"),
        Row(
            "a rule of another kind",
            (
                "{}",
                #"{"restartPolicy":"Never","restartPolicyRules":[{"action":"Stop","exitCodes":{"operator":"Is"}}]}"#
            ),
            "[spec.containers[0].restartPolicyRules[0].action: Unsupported value: \"Stop\": supported values: \"Restart\", "
                + "spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Is\": supported "
                + "values: \"In\", \"NotIn\"]"),
    ])
    func refuses(_ row: Row<(String, String), String>) {
        #expect(
            refusal { _ = try PodTests.pod(row.input.0, container: row.input.1) }
                == "Pod \"hello\" is invalid: \(row.expected)")
    }

    @Test func `what the author left out of an init container is filled in`() throws {
        let (pod, warnings) = try PodTests.pod(
            #"{"initContainers":[{"name":"a","image":"b","resources":{"limits":{"cpu":"1"}}}]}"#)
        #expect(warnings == [])
        let container = try #require(pod.spec.initContainers?.first)
        #expect(container.imagePullPolicy == "Always")
        #expect(container.terminationMessagePath == "/dev/termination-log")
        #expect(container.resources?.requests == container.resources?.limits)
        #expect(pod.status?.qosClass == "Burstable")
    }

    @Test(arguments: [
        Row("in", ("In", 42), true), Row("not in", ("In", 1), false), Row("all others", ("NotIn", 1), true),
        Row("not one of the others", ("NotIn", 42), false),
    ])
    func matchesExitCodes(_ row: Row<(String, Int), Bool>) {
        let rule = ContainerRestartRuleOnExitCodes(operator: row.input.0, values: [42])
        #expect(rule.matches(row.input.1) == row.expected)
    }
}
