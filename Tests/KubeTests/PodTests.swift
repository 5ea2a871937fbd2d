import Foundation
import Testing

@testable import Kube

@Suite struct PodTests {
    /// The hello pod with changes to its spec and to its container, as JSON.
    static func pod(_ spec: String, container: String = "{}") throws -> (Pod, [String]) {
        var manifest = try YAMLReader.read(bytes(helloPod))[0]
        let main = MergePatch.apply(try json(container), to: manifest["spec"]?["containers"]?.array?[0] ?? [:])
        manifest = MergePatch.apply(["spec": ["containers": [main]]], to: manifest)
        manifest = MergePatch.apply(["spec": try json(spec)], to: manifest)
        var pod = try ObjectDecoder.decode(Pod.self, from: manifest).object
        let warnings = try pod.admitForCreate(namespace: "default", uid: "u-1", now: noon)
        return (pod, warnings)
    }

    @Test func `what the author left out is filled in`() throws {
        let (pod, warnings) = try Self.pod("{}", container: #"{"resources":{"limits":{"cpu":"1","memory":"1Gi"}}}"#)
        #expect(warnings == [])
        #expect(pod.spec.enableServiceLinks == true)
        #expect(pod.spec.schedulerName == "default-scheduler")
        let container = pod.spec.containers[0]
        #expect(container.imagePullPolicy == "IfNotPresent")
        #expect(container.terminationMessagePath == "/dev/termination-log")
        #expect(container.terminationMessagePolicy == "File")
        #expect(container.resources?.requests == container.resources?.limits)
        #expect(pod.status?.phase == "Pending")
        #expect(pod.status?.qosClass == "Guaranteed")
    }

    @Test(arguments: [
        Row("nothing asked for", "{}", "BestEffort"),
        Row("only a request", #"{"requests":{"cpu":"1"}}"#, "Burstable"),
        Row("one limit of two", #"{"limits":{"cpu":"1"}}"#, "Burstable"),
        Row("limits above requests", #"{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}"#, "Burstable"),
        Row("limits for both", #"{"limits":{"cpu":"1","memory":"1Gi"}}"#, "Guaranteed"),
    ])
    func classifiesService(_ row: Row<String, String>) throws {
        let (pod, _) = try Self.pod("{}", container: #"{"resources":\#(row.input)}"#)
        #expect(pod.status?.qosClass == row.expected)
    }

    static let refusals: [Row<(String, String), String>] = [
        Row("no image", ("{}", #"{"image":null}"#), "spec.containers[0].image: Required value"),
        Row(
            "a name with capitals", ("{}", #"{"name":"Main"}"#),
            "spec.containers[0].name: Invalid value: \"Main\": a lowercase RFC 1123 label must consist of lower case "
                + "alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
                + "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
        Row(
            "a name with dots", ("{}", #"{"name":"a.b"}"#),
            "spec.containers[0].name: Invalid value: \"a.b\": must not contain dots"),
        Row(
            "requests above limits", ("{}", #"{"resources":{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}}"#),
            "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"),
        Row(
            "negative amounts", ("{}", #"{"resources":{"requests":{"memory":"-1"}}}"#),
            "spec.containers[0].resources.requests[memory]: Invalid value: \"-1\": must be greater than or equal to 0"),
        Row(
            "a limit nobody knows", ("{}", #"{"resources":{"limits":{"gpu":"1"}}}"#),
            "[spec.containers[0].resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource type or fully "
                + "qualified, spec.containers[0].resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource for "
                + "containers, spec.containers[0].resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource "
                + "type or fully qualified, spec.containers[0].resources.requests[gpu]: Invalid value: \"gpu\": must be a "
                + "standard resource for containers, spec.containers[0].resources.limits[gpu]: Forbidden: stint cannot enforce "
                + "this limit yet]"),
        Row(
            "a limit that would not hold", ("{}", #"{"resources":{"limits":{"example.com/gpu":"1"}}}"#),
            "[spec.containers[0].resources.limits[example.com/gpu]: Forbidden: stint cannot enforce this limit yet, "
                + "spec.containers[0].resources.requests[example.com/gpu]: Forbidden: this host does not have that resource]"
        ),
        Row(
            "a deadline of nothing", (#"{"activeDeadlineSeconds":0}"#, "{}"),
            "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"),
        Row(
            "a variable without a name", ("{}", #"{"env":[{"value":"x"}]}"#),
            "spec.containers[0].env[0].name: Required value"
        ),
        Row(
            "a variable with an equal sign", ("{}", #"{"env":[{"name":"A=B"}]}"#),
            "spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only of "
                + "printable ASCII characters other than '='"),
        Row(
            "a variable from nowhere", ("{}", #"{"env":[{"name":"A","valueFrom":{}}]}"#),
            "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, "
                + "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"),
        Row(
            "a variable from two places",
            ("{}", #"{"env":[{"name":"A","value":"x","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}"#),
            "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty"),
        Row(
            "a field that cannot be read",
            ("{}", #"{"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.x"}}}]}"#),
            "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"spec.x\": supported values: "
                + "\"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", "
                + "\"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\""),
        Row(
            "a NUL in an argument", ("{}", #"{"args":["a\u0000b"]}"#),
            "spec.containers[0].args[0]: Invalid value: \"a\\x00b\": must not contain a NUL character"),
        Row(
            "a user below zero", (#"{"securityContext":{"runAsUser":-1}}"#, "{}"),
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive"),
        Row(
            "privileged without escalation",
            ("{}", #"{"securityContext":{"privileged":true,"allowPrivilegeEscalation":false}}"#),
            "spec.containers[0].securityContext: Invalid value: {\"allowPrivilegeEscalation\":false,\"privileged\":true}: cannot "
                + "set `allowPrivilegeEscalation` to false and `privileged` to true"),
        Row(
            "a seccomp profile outside its directory",
            (#"{"securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"../x"}}}"#, "{}"),
            "spec.securityContext.seccompProfile.localhostProfile: Invalid value: \"../x\": must not contain '..'"),
        Row(
            "an unknown seccomp profile", (#"{"securityContext":{"seccompProfile":{"type":"None"}}}"#, "{}"),
            "spec.securityContext.seccompProfile.type: Unsupported value: \"None\": supported values: \"Localhost\", "
                + "\"RuntimeDefault\", \"Unconfined\""),
        Row(
            "volumes with a claim of their own", (#"{"volumes":[{"name":"v","ephemeral":{}}]}"#, "{}"),
            "spec.volumes[0].ephemeral: Forbidden: not supported by stint yet"),
        Row(
            "users of its own in the host's network", (#"{"hostUsers":false,"hostNetwork":true}"#, "{}"),
            "spec.hostNetwork: Forbidden: when `hostUsers` is false"),
        Row(
            "users of its own among the host's processes", (#"{"hostUsers":false,"hostPID":true}"#, "{}"),
            "spec.hostPID: Forbidden: when `hostUsers` is false"),
        Row(
            "users of its own and the host's IPC", (#"{"hostUsers":false,"hostIPC":true}"#, "{}"),
            "spec.hostIPC: Forbidden: when `hostUsers` is false"),
        Row(
            "all of /proc with the host's users", ("{}", #"{"securityContext":{"procMount":"Unmasked"}}"#),
            "spec.containers[0].securityContext.procMount: Invalid value: \"Unmasked\": `hostUsers` must be false to use "
                + "`Unmasked`"),
        Row(
            "mounts that travel out of a user namespace",
            (
                #"{"hostUsers":false,"volumes":[{"name":"v","emptyDir":{}}]}"#,
                #"{"securityContext":{"privileged":true},"volumeMounts":[{"name":"v","mountPath":"/v","mountPropagation":"Bidirectional"}]}"#
            ),
            "spec.containers[0].volumeMounts[0].mountPropagation: Forbidden: Bidirectional is not supported when `hostUsers` "
                + "is false"),
        Row(
            "a value of a secret without a key",
            ("{}", #"{"env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s"}}}]}"#),
            "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value"),
        Row(
            "a key that no ConfigMap has",
            ("{}", #"{"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"c","key":".."}}}]}"#),
            "spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Invalid value: \"..\": must not be '..'"),
        Row(
            "values of two sources",
            (
                "{}",
                #"{"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"},"secretKeyRef":{"name":"s","key":"k"}}}]}"#
            ),
            "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not have more than one field specified at a time"
        ),
        Row(
            "variables from nowhere", ("{}", #"{"envFrom":[{"prefix":"A"}]}"#),
            "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`"),
        Row(
            "variables from two places",
            ("{}", #"{"envFrom":[{"configMapRef":{"name":"c"},"secretRef":{"name":"s"}}]}"#),
            "spec.containers[0].envFrom: Invalid value: \"\": may not have more than one field specified at a time"),
        Row(
            "variables of nobody", ("{}", #"{"envFrom":[{"secretRef":{}}]}"#),
            "spec.containers[0].envFrom[0].secretRef.name: Required value"),
        Row(
            "a prefix with an equal sign", ("{}", #"{"envFrom":[{"prefix":"A=","secretRef":{"name":"s"}}]}"#),
            "spec.containers[0].envFrom[0].prefix: Invalid value: \"A=\": a valid environment variable name must consist only of "
                + "printable ASCII characters other than '='"),
        Row(
            "a port that is none", ("{}", #"{"ports":[{"containerPort":65536}]}"#),
            "spec.containers[0].ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive"),
        Row(
            "no port", ("{}", #"{"ports":[{"name":"web"}]}"#),
            "spec.containers[0].ports[0].containerPort: Required value"),
        Row(
            "a protocol nobody speaks", ("{}", #"{"ports":[{"containerPort":80,"protocol":"HTTP"}]}"#),
            "spec.containers[0].ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\""
        ),
        Row(
            "two ports of one name",
            ("{}", #"{"ports":[{"name":"web","containerPort":80},{"name":"web","containerPort":81}]}"#),
            "spec.containers[0].ports[1].name: Duplicate value: \"web\""),
        Row(
            "one port of the host twice",
            ("{}", #"{"ports":[{"containerPort":80,"hostPort":80},{"containerPort":81,"hostPort":80}]}"#),
            "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//80\""),
        Row(
            "another port in the host's network",
            (#"{"hostNetwork":true}"#, #"{"ports":[{"containerPort":80,"hostPort":81}]}"#),
            "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true"
        ),
        Row(
            "an AppArmor profile", ("{}", #"{"securityContext":{"appArmorProfile":{"type":"RuntimeDefault"}}}"#),
            "spec.containers[0].securityContext.appArmorProfile: Forbidden: not supported by stint yet"),
    ]

    @Test(arguments: refusals)
    func refuses(_ row: Row<(String, String), String>) {
        #expect(
            refusal { _ = try Self.pod(row.input.0, container: row.input.1) }
                == "Pod \"hello\" is invalid: \(row.expected)")
    }

    @Test func `two containers of one name`() throws {
        let message = refusal {
            _ = try Self.pod(#"{"containers":[{"name":"a","image":"x"},{"name":"a","image":"x"}]}"#)
        }
        #expect(message == "Pod \"hello\" is invalid: spec.containers[1].name: Duplicate value: \"a\"")
    }

    @Test(arguments: [
        Row("a node selector", #"{"nodeSelector":{"a":"b"}}"#, ["spec.nodeSelector: ignored: there is only this host"]),
        Row(
            "a service account", #"{"serviceAccountName":"robot"}"#,
            [
                "spec.serviceAccountName: ignored: pods get no API credentials",
                "spec.serviceAccount: ignored: pods get no API credentials",
            ]),
        Row("the default one is nothing to speak of", #"{"serviceAccountName":"default"}"#, []),
        Row("nor are host users", #"{"hostUsers":true}"#, []),
        Row("nor are users of its own", #"{"hostUsers":false}"#, []),
        Row(
            "affinity", #"{"affinity":{"nodeAffinity":{}}}"#, ["spec.affinity: ignored: there is only this host"]),
    ])
    func warns(_ row: Row<String, [String]>) throws {
        #expect(try Self.pod(row.input).1 == row.expected)
    }

    /// A new field of a type must get a row before it can be used.
    @Test func `every field has a verdict`() {
        func fields(_ value: Any) -> Set<String> { Set(Mirror(reflecting: value).children.compactMap(\.label)) }
        #expect(Set(PodSpec.support.rows.map(\.field)) == fields(PodSpec(containers: [])))
        #expect(Set(Container.support.rows.map(\.field)) == fields(Container(name: "a")))
        #expect(Set(PodSecurityContext.support.rows.map(\.field)) == fields(PodSecurityContext()))
        #expect(Set(SecurityContext.support.rows.map(\.field)) == fields(SecurityContext()))
        #expect(Set(EnvVarSource.support.rows.map(\.field)) == fields(EnvVarSource()))
        #expect(Set(Probe.support.rows.map(\.field)) == fields(Probe()))
        #expect(Set(LifecycleHandler.support.rows.map(\.field)) == fields(LifecycleHandler()))
        #expect(Set(HTTPGetAction.support.rows.map(\.field)) == fields(HTTPGetAction(port: .integer(80))))
        let spec = JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [])))
        #expect(Set(JobSpec.support.rows.map(\.field)) == fields(spec))
    }

    @Test func `of a pod only what a running one can follow may change`() throws {
        var (old, _) = try Self.pod(#"{"activeDeadlineSeconds":60}"#)
        old.metadata.generation = 3
        func update(_ change: (inout Pod) -> Void) -> String? {
            var new = old
            change(&new)
            return refusal { _ = try new.admitForUpdate(old: old) }
        }
        #expect(update { $0.spec.activeDeadlineSeconds = 30 } == nil)
        #expect(update { $0.metadata.labels = ["a": "b"] } == nil)
        #expect(
            update { $0.spec.activeDeadlineSeconds = 90 }
                == "Pod \"hello\" is invalid: spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to "
                + "previous value")
        #expect(update { $0.spec.containers[0].image = "x" } == nil)
        #expect(
            update { $0.spec.containers[0].image = "" }
                == "Pod \"hello\" is invalid: spec.containers[0].image: Required value")
        #expect(
            update { $0.spec.containers.append($0.spec.containers[0]) }?
                .contains("spec.containers: Forbidden: pod updates may not add or remove containers") == true)
        #expect(
            update { $0.spec.containers[0].command = ["x"] }
                == "Pod \"hello\" is invalid: spec: Forbidden: pod updates may not change fields other than "
                + "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
                + "(allow it to be set to 1 if it was previously negative)")
        #expect(update { $0.spec.hostPID = true }?.contains("spec: Forbidden: pod updates may not change") == true)
    }

    @Test func `namespaces get a label with their name`() throws {
        let (namespace, _) = try admit(Namespace.self, "metadata: {name: work}", namespace: nil)
        #expect(namespace.metadata.labels == ["kubernetes.io/metadata.name": "work"])
        #expect(namespace.status?.phase == "Active")
        #expect(
            refusal { _ = try admit(Namespace.self, "metadata: {name: a.b}", namespace: nil) }
                == "Namespace \"a.b\" is invalid: metadata.name: Invalid value: \"a.b\": must not contain dots")
    }

    @Test func `events live beside what they are about`() throws {
        let text = "metadata: {name: e}\ninvolvedObject: {kind: Job, name: x, namespace: other}"
        #expect(
            refusal { _ = try admit(Event.self, text) }
                == "Event \"e\" is invalid: involvedObject.namespace: Invalid value: \"other\": does not match event.namespace"
        )
        #expect(refusal { _ = try admit(Event.self, text.replacing("other", with: "default")) } == nil)
    }
}
