import Testing

@testable import Kube

/// The tables of pods, held against our types and against what we say of each field.
@Suite struct PodSchemaTests {
    static func message(_ name: String) throws -> MessageSchema {
        try #require(Schema.kubernetes["io.k8s.api.core.v1.\(name)"])
    }

    /// A field of a type that the message lacks would be lost on the wire and in patches.
    @Test(
        arguments: [
            PodSpec(containers: []), Pod(metadata: ObjectMeta(name: "a"), spec: PodSpec(containers: [])),
            PodTemplateSpec(spec: PodSpec(containers: [])), PodStatus(), PodCondition(type: "Ready", status: "True"),
            Container(name: "a"), EnvVar(name: "A"), EnvVarSource(), ObjectFieldSelector(fieldPath: "metadata.name"),
            ResourceFieldSelector(resource: "limits.cpu"), ResourceRequirements(), PodSecurityContext(),
            SecurityContext(), Volume(name: "a"), HostPathVolumeSource(path: "/"), EmptyDirVolumeSource(),
            SecretVolumeSource(secretName: "a"), ConfigMapVolumeSource(name: "a"), KeyToPath(key: "a", path: "a"),
            DownwardAPIVolumeSource(), DownwardAPIVolumeFile(path: "a"), ProjectedVolumeSource(), VolumeProjection(),
            DownwardAPIProjection(), PersistentVolumeClaimVolumeSource(claimName: "a"),
            ImageVolumeSource(reference: "a"),
            VolumeMount(name: "a", mountPath: "/"),
            VolumeMountStatus(VolumeMount(name: "a", mountPath: "/"), isReadOnly: true),
            Capabilities(), SeccompProfile(type: "Unconfined"), ContainerStatus(name: "a", image: "b"),
            ContainerState(),
            ContainerStateWaiting(), ContainerStateRunning(), ContainerStateTerminated(exitCode: 0),
        ] as [any Sendable])
    func `every field of our type is one of the message`(_ value: any Sendable) throws {
        let message = try Self.message("\(type(of: value))")
        let ours = Set(Mirror(reflecting: value).children.compactMap(\.label))
        let kind: Set = message.isKind ? ["apiVersion", "kind"] : []
        #expect(!ours.isEmpty)
        #expect(ours.subtracting(kind).subtracting(SchemaTests.members(message).map(\.name)) == [])
    }

    /// `kubectl explain` must not promise what we refuse, nor go on refusing what works by now.
    @Test func `a field says when it is refused or ignored`() throws {
        try compare(PodSpec.support, "PodSpec")
        try compare(Container.support, "Container")
        try compare(PodSecurityContext.support, "PodSecurityContext")
        try compare(SecurityContext.support, "SecurityContext")
        try compare(EnvVarSource.support, "EnvVarSource")
        try compare(Probe.support, "Probe")
        try compare(LifecycleHandler.support, "LifecycleHandler")
        try compare(HTTPGetAction.support, "HTTPGetAction")
        try compare(Volume.support, "VolumeSource")
        try compare(VolumeProjection.support, "VolumeProjection")
        try compare(VolumeMount.support, "VolumeMount")
    }

    func compare<Owner>(_ table: SupportTable<Owner>, _ name: String) throws {
        let message = try Self.message(name)
        for row in table.rows {
            let field = try #require(
                SchemaTests.members(message).first { $0.name == row.field }, "\(name).\(row.field)")
            let words = Set(field.description.lowercased().split { !$0.isLetter })
            let (isRefused, isIgnored) = (words.contains("refused"), words.contains("ignored"))
            switch row.verdict {
            case .supported: #expect(!isRefused && !isIgnored, "\(name).\(row.field)")
            case .refused: #expect(isRefused && !isIgnored, "\(name).\(row.field)")
            case .accepted: #expect(isIgnored && !isRefused, "\(name).\(row.field)")
            }
        }
    }

    /// Some that are easy to get wrong, as the API publishes them.
    @Test func `the numbers on the wire are those of the published API`() throws {
        let rows: [(String, String, Int)] = [
            ("Pod", "spec", 2), ("PodSpec", "containers", 2), ("PodSpec", "initContainers", 20),
            ("PodSpec", "restartPolicy", 3), ("PodSpec", "hostUsers", 37), ("PodSpec", "schedulingGates", 38),
            ("PodSpec", "hostname", 16), ("Container", "command", 3), ("Container", "env", 7),
            ("Container", "envFrom", 19), ("Container", "imagePullPolicy", 14), ("ContainerPort", "protocol", 4),
            ("PodStatus", "hostIPs", 16), ("PodStatus", "podIPs", 12), ("PodStatus", "containerStatuses", 8),
            ("SecurityContext", "procMount", 9), ("VolumeMount", "mountPath", 3), ("VolumeSource", "projected", 26),
            ("ISCSIVolumeSource", "initiatorName", 12), ("SecretProjection", "optional", 4),
        ]
        for (name, field, number) in rows {
            #expect(try Self.message(name).field(named: field)?.number == number, "\(name).\(field)")
        }
    }

    @Test func `ports are told apart by number and protocol, and merged by number`() throws {
        let ports = try #require(Self.message("Container").field(named: "ports"))
        #expect(ports.list == .map(keys: ["containerPort", "protocol"]))
        #expect(ports.patch.mergeKey == "containerPort")
        let port = try Self.message("ContainerPort")
        #expect(port.field(named: "protocol")?.defaultValue == .string("TCP"))
        #expect(port.field(named: "protocol")?.values == ["SCTP", "TCP", "UDP"])
        #expect(port.field(named: "containerPort")?.isRequired == true)
    }

    @Test func `an ephemeral container has the fields of a container`() throws {
        let container = try Self.message("Container").fields.map { "\($0.number) \($0.name) \($0.type)" }
        let common = try Self.message("EphemeralContainerCommon").fields.map { "\($0.number) \($0.name) \($0.type)" }
        #expect(container == common)
        let ephemeral = SchemaTests.members(try Self.message("EphemeralContainer")).map(\.name)
        #expect(ephemeral.contains("image") && ephemeral.last == "targetContainerName")
    }

    @Test func `absent and zero differ where the API has a pointer`() throws {
        let rows = [
            ("PodSpec", "terminationGracePeriodSeconds", true), ("PodSpec", "hostNetwork", false),
            ("PodSpec", "hostUsers", true), ("Container", "resources", false), ("Container", "stdin", false),
            ("PodStatus", "startTime", true), ("PodCondition", "lastTransitionTime", false),
            ("EmptyDirVolumeSource", "sizeLimit", true), ("NFSVolumeSource", "readOnly", false),
        ]
        for (name, field, isOptional) in rows {
            #expect(try Self.message(name).field(named: field)?.isOptional == isOptional, "\(name).\(field)")
        }
    }
}
