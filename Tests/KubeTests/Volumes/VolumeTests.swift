import Testing

@testable import Kube

@Suite struct VolumeTests {
    /// The hello pod with these volumes, and these mounts in its container.
    static func pod(_ volumes: String, _ mounts: String = "[]") throws -> Pod {
        try PodTests.pod(#"{"volumes":\#(volumes)}"#, container: #"{"volumeMounts":\#(mounts)}"#).0
    }

    static let label =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

    static let refusedVolumes: [Row<String, String>] = [
        Row("without a name", #"[{"emptyDir":{}}]"#, "spec.volumes[0].name: Required value"),
        Row(
            "a name with capitals", #"[{"name":"V"}]"#,
            "spec.volumes[0].name: Invalid value: \"V\": \(label)"),
        Row("one name twice", #"[{"name":"v"},{"name":"v"}]"#, "spec.volumes[1].name: Duplicate value: \"v\""),
        Row(
            "two sources", #"[{"name":"v","emptyDir":{},"hostPath":{"path":"/x"}}]"#,
            "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"),
        Row(
            "a path of nothing", #"[{"name":"v","hostPath":{"path":""}}]"#,
            "spec.volumes[0].hostPath.path: Required value"),
        Row(
            "a path upwards", #"[{"name":"v","hostPath":{"path":"/a/../b"}}]"#,
            "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"),
        Row(
            "a type nobody knows", #"[{"name":"v","hostPath":{"path":"/a","type":"Pipe"}}]"#,
            "spec.volumes[0].hostPath.type: Unsupported value: \"Pipe\": supported values: \"\", \"BlockDevice\", "
                + "\"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\""),
        Row(
            "a size below zero", #"[{"name":"v","emptyDir":{"sizeLimit":"-1"}}]"#,
            "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"),
        Row(
            "huge pages", #"[{"name":"v","emptyDir":{"medium":"HugePages-2Mi"}}]"#,
            "spec.volumes[0].emptyDir.medium: Forbidden: huge pages are not supported by stint yet"),
        Row("a secret of nobody", #"[{"name":"v","secret":{}}]"#, "spec.volumes[0].secret.secretName: Required value"),
        Row(
            "a ConfigMap of nobody", #"[{"name":"v","configMap":{}}]"#, "spec.volumes[0].configMap.name: Required value"
        ),
        Row(
            "a mode that is none", #"[{"name":"v","configMap":{"name":"c","defaultMode":512}}]"#,
            "spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both "
                + "inclusive"),
        Row(
            "an item without a path", #"[{"name":"v","secret":{"secretName":"s","items":[{"key":"k"}]}}]"#,
            "spec.volumes[0].secret.items[0].path: Required value"),
        Row(
            "an item with an absolute path",
            #"[{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"/etc"}]}}]"#,
            "spec.volumes[0].secret.items[0].path: Invalid value: \"/etc\": must be a relative path"),
        Row(
            "an item that leaves the volume",
            #"[{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"a/../../b"}]}}]"#,
            "spec.volumes[0].secret.items[0].path: Invalid value: \"a/../../b\": must not contain '..'"),
        Row(
            "an item with a name of the kubelet's",
            #"[{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"..data"}]}}]"#,
            "spec.volumes[0].secret.items[0].path: Invalid value: \"..data\": must not start with '..'"),
        Row(
            "a file of nothing", #"[{"name":"v","downwardAPI":{"items":[{"path":"p"}]}}]"#,
            "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"),
        Row(
            "a field that is no file",
            #"[{"name":"v","downwardAPI":{"items":[{"path":"p","fieldRef":{"fieldPath":"status.podIP"}}]}}]"#,
            "spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: \"status.podIP\": supported values: "
                + "\"metadata.annotations\", \"metadata.labels\", \"metadata.name\", \"metadata.namespace\", \"metadata.uid\""
        ),
        Row(
            "a limit of no container",
            #"[{"name":"v","downwardAPI":{"items":[{"path":"p","resourceFieldRef":{"resource":"limits.cpu"}}]}}]"#,
            "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value"),
        Row(
            "one path from two sources",
            #"""
            [{"name":"v","projected":{"sources":[
             {"secret":{"name":"s","items":[{"key":"a","path":"p"}]}},
             {"configMap":{"name":"c","items":[{"key":"b","path":"p"}]}}]}}]
            """#,
            "spec.volumes[0].projected: Invalid value: \"c\": conflicting duplicate paths"),
        Row(
            "a source of two kinds",
            #"[{"name":"v","projected":{"sources":[{"secret":{"name":"s"},"configMap":{"name":"c"}}]}}]"#,
            "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type"),
        Row(
            "a token", #"[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]"#,
            "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: pods get no API credentials"),
        Row(
            "an owner of files", #"[{"name":"v","secret":{"secretName":"s","defaultUser":5}}]"#,
            "spec.volumes[0].secret.defaultUser: Forbidden: not supported by stint yet"),
        Row(
            "a file server", #"[{"name":"v","nfs":{"server":"s","path":"/"}}]"#,
            "spec.volumes[0].nfs: Forbidden: not supported by stint yet"),
        Row("an image of nothing", #"[{"name":"v","image":{}}]"#, "spec.volumes[0].image.reference: Required value"),
    ]

    @Test(arguments: refusedVolumes)
    func refuses(_ row: Row<String, String>) {
        #expect(refusal { _ = try Self.pod(row.input) } == "Pod \"hello\" is invalid: \(row.expected)")
    }

    static let refusedMounts: [Row<String, String>] = [
        Row(
            "of nothing", #"[{"name":"w","mountPath":"/x"}]"#,
            "spec.containers[0].volumeMounts[0].name: Not found: \"w\""),
        Row(
            "nowhere", #"[{"name":"v"}]"#, "spec.containers[0].volumeMounts[0].mountPath: Required value"),
        Row(
            "two at one place", #"[{"name":"v","mountPath":"/x"},{"name":"v","mountPath":"/x"}]"#,
            "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/x\": must be unique"),
        Row(
            "of a part that is absolute", #"[{"name":"v","mountPath":"/x","subPath":"/a"}]"#,
            "spec.containers[0].volumeMounts.subPath: Invalid value: \"/a\": must be a relative path"),
        Row(
            "of a part outside", #"[{"name":"v","mountPath":"/x","subPath":"a/../../b"}]"#,
            "spec.containers[0].volumeMounts.subPath: Invalid value: \"a/../../b\": must not contain '..'"),
        Row(
            "of two parts", #"[{"name":"v","mountPath":"/x","subPath":"a","subPathExpr":"$(A)"}]"#,
            "spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: \"$(A)\": subPathExpr and subPath are mutually "
                + "exclusive"),
        Row(
            "that reaches the host", #"[{"name":"v","mountPath":"/x","mountPropagation":"Bidirectional"}]"#,
            "spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only "
                + "to privileged containers"),
        Row(
            "with an unknown propagation", #"[{"name":"v","mountPath":"/x","mountPropagation":"Both"}]"#,
            "spec.containers[0].volumeMounts.mountPropagation: Unsupported value: \"Both\": supported values: "
                + "\"Bidirectional\", \"HostToContainer\", \"None\""),
        Row(
            "read-only all the way and writable", #"[{"name":"v","mountPath":"/x","recursiveReadOnly":"Enabled"}]"#,
            "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true"),
        Row(
            "with options", #"[{"name":"v","mountPath":"/x","bindMountOptions":["noexec"]}]"#,
            "spec.containers[0].volumeMounts[0].bindMountOptions: Forbidden: not supported by stint yet"),
    ]

    @Test(arguments: refusedMounts)
    func refusesMounts(_ row: Row<String, String>) {
        let volumes = #"[{"name":"v"}]"#
        #expect(refusal { _ = try Self.pod(volumes, row.input) } == "Pod \"hello\" is invalid: \(row.expected)")
    }

    @Test func `what the author left out is filled in`() throws {
        let pod = try Self.pod(
            #"""
            [{"name":"a"},{"name":"b","hostPath":{"path":"/x"}},{"name":"c","configMap":{"name":"c"}},
             {"name":"d","secret":{"secretName":"s","defaultMode":256}},
             {"name":"e","downwardAPI":{"items":[{"path":"p","fieldRef":{"fieldPath":"metadata.labels"}}]}},
             {"name":"f","projected":{}},{"name":"g","image":{"reference":"x"}},{"name":"h","image":{"reference":"x:1"}}]
            """#)
        let volumes = try #require(pod.spec.volumes)
        #expect(volumes[0].emptyDir == EmptyDirVolumeSource())
        #expect(volumes[1].hostPath?.type == "")
        #expect(volumes[2].configMap?.defaultMode == 0o644)
        #expect(volumes[3].secret?.defaultMode == 0o400)
        #expect(volumes[4].downwardAPI?.defaultMode == 0o644)
        #expect(volumes[4].downwardAPI?.items?[0].fieldRef?.apiVersion == "v1")
        #expect(volumes[5].projected?.defaultMode == 0o644)
        #expect(volumes[6].image?.pullPolicy == "Always")
        #expect(volumes[7].image?.pullPolicy == "IfNotPresent")
    }

    @Test func `an unknown member of a volume is told with its path`() throws {
        let text =
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[],"volumes":[{"name":"v","x":1}]}}"#
        #expect(try ObjectDecoder.decode(Pod.self, from: bytes(text)).unknownFields == ["spec.volumes[0].x"])
    }

    @Test func `every source has a verdict`() {
        func fields(_ value: Any) -> Set<String> { Set(Mirror(reflecting: value).children.compactMap(\.label)) }
        #expect(Set(Volume.support.rows.map(\.field)) == fields(Volume(name: "a")).subtracting(["name"]))
        #expect(Set(VolumeProjection.support.rows.map(\.field)) == fields(VolumeProjection()))
        #expect(Set(VolumeMount.support.rows.map(\.field)) == fields(VolumeMount(name: "a", mountPath: "/")))
    }

    @Test func `when owners change has two answers`() {
        let message = refusal {
            _ = try PodTests.pod(#"{"securityContext":{"fsGroup":5,"fsGroupChangePolicy":"Never"}}"#)
        }
        #expect(
            message
                == "Pod \"hello\" is invalid: spec.securityContext.fsGroupChangePolicy: Unsupported value: \"Never\": "
                + "supported values: \"Always\", \"OnRootMismatch\"")
    }
}
