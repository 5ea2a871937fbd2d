import Containers
import Foundation
import Kube
import Testing

@testable import Images
@testable import Node

/// What volumes are decided to be.
struct VolumePlanTests {
    static let paths = PodPaths(directory: "/state/pods/u", memory: "/run/volumes/u")

    static let configMap: ConfigMap = {
        var object = ConfigMap(metadata: ObjectMeta(name: "c", namespace: "n"))
        object.data = ["b": "2", "a": "1"]
        object.binaryData = ["z": Base64Bytes([0, 255])]
        return object
    }()

    static let secret: Secret = {
        var object = Secret(metadata: ObjectMeta(name: "s", namespace: "n"))
        object.data = ["key": Base64Bytes(Array("value".utf8))]
        return object
    }()

    static func decide(_ volume: String, _ change: (inout Pod) -> Void = { _ in }) throws -> VolumePlan {
        var pod = makePod()
        pod.metadata.uid = "u"
        pod.metadata.labels = ["b": "two \"words\"", "a": "1"]
        pod.spec.containers[0].resources = ResourceRequirements(limits: ["memory": Quantity("64Mi")!])
        change(&pod)
        let objects = VolumeObjects(
            configMap: { $0 == "c" ? configMap : nil }, secret: { $0 == "s" ? secret : nil },
            image: { name in
                name == "tools"
                    ? Image(
                        id: "sha256:1", names: [name],
                        layers: [], config: ImageConfig(), architecture: "amd64", os: "linux", createdAt: nil,
                        importedAt: noon) : nil
            },
            claim: {
                $0.claimName == "bound" ? .directory(path: "/claims/1", type: "Directory") : .waiting("not bound")
            })
        let decoded = try JSONDecoder().decode(Volume.self, from: Data(volume.utf8))
        return try VolumePlanner(pod: pod, host: box, paths: paths, objects: objects).plan(decoded)
    }

    struct Files: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var volume: String
        var path: String
        var files: [String]

        init(_ sentence: String, _ volume: String, at path: String, _ files: [String]) {
            testDescription = sentence
            self.volume = volume
            self.path = path
            self.files = files
        }
    }

    @Test(arguments: [
        Files(
            "all entries under their own names", #"{"name":"v","configMap":{"name":"c"}}"#,
            at: "/state/pods/u/volumes/kubernetes.io~configmap/v", ["a 644 1", "b 644 2", "z 644 \u{0}\u{FFFD}"]),
        Files(
            "some, with names and modes of their own",
            #"{"name":"v","configMap":{"name":"c","defaultMode":256,"items":[{"key":"a","path":"x/y"},{"key":"b","path":"b","mode":511}]}}"#,
            at: "/state/pods/u/volumes/kubernetes.io~configmap/v", ["x/y 400 1", "b 777 2"]),
        Files(
            "what is secret goes with a reboot", #"{"name":"v","secret":{"secretName":"s","defaultMode":288}}"#,
            at: "/run/volumes/u/kubernetes.io~secret/v", ["key 440 value"]),
        Files(
            "an optional object that is missing is no files",
            #"{"name":"v","secret":{"secretName":"none","optional":true}}"#,
            at: "/run/volumes/u/kubernetes.io~secret/v", []),
        Files(
            "nor an optional entry",
            #"{"name":"v","configMap":{"name":"c","optional":true,"items":[{"key":"no","path":"x"},{"key":"a","path":"a"}]}}"#,
            at: "/state/pods/u/volumes/kubernetes.io~configmap/v", ["a 644 1"]),
        Files(
            "fields of the pod",
            #"""
            {"name":"v","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}},
             {"path":"one","fieldRef":{"fieldPath":"metadata.labels['a']"},"mode":384},
             {"path":"memory","resourceFieldRef":{"containerName":"main","resource":"limits.memory","divisor":"1Mi"}}]}}
            """#,
            at: "/state/pods/u/volumes/kubernetes.io~downward-api/v",
            ["labels 644 a=\"1\"\nb=\"two \\\"words\\\"\"", "one 600 1", "memory 644 64"]),
        Files(
            "several sources, of which the later wins",
            #"""
            {"name":"v","projected":{"defaultMode":288,"sources":[{"configMap":{"name":"c","items":[{"key":"a","path":"key"}]}},
             {"secret":{"name":"s"}},{"downwardAPI":{"items":[{"path":"name","fieldRef":{"fieldPath":"metadata.name"}}]}}]}}
            """#,
            at: "/run/volumes/u/kubernetes.io~projected/v", ["key 440 value", "name 440 p"]),
        Files(
            "without a secret they are not secret",
            #"{"name":"v","projected":{"sources":[{"configMap":{"name":"c","items":[{"key":"a","path":"a"}]}}]}}"#,
            at: "/state/pods/u/volumes/kubernetes.io~projected/v", ["a 644 1"]),
    ])
    func `files are made`(_ row: Files) throws {
        let plan = try Self.decide(row.volume)
        #expect(plan.path == row.path)
        #expect(plan.isReadOnly)
        guard case .files(let files) = plan.content else {
            Issue.record("\(plan.content) is no files")
            return
        }
        let found = files.map { "\($0.path) \(String($0.mode, radix: 8)) \(String(decoding: $0.bytes, as: UTF8.self))" }
        #expect(found == row.files)
    }

    @Test(arguments: [
        (#"{"name":"v","configMap":{"name":"x"}}"#, "configmap \"x\" not found"),
        (#"{"name":"v","secret":{"secretName":"x"}}"#, "secret \"x\" not found"),
        (
            #"{"name":"v","configMap":{"name":"c","items":[{"key":"k","path":"k"}]}}"#,
            "configmap references non-existent config key: k"
        ),
        (
            #"{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"k"}]}}"#,
            "references non-existent secret key: k"
        ),
        (
            #"{"name":"v","projected":{"sources":[{"configMap":{"name":"x"}},{"secret":{"name":"y"}}]}}"#,
            "[configmap \"x\" not found, secret \"y\" not found]"
        ),
        (#"{"name":"v","persistentVolumeClaim":{"claimName":"x"}}"#, "not bound"),
        (
            #"{"name":"v","image":{"reference":"x"}}"#,
            "image \"x\" is not in this host's store; import it with \"stint image import\""
        ),
    ])
    func `what is missing is named`(volume: String, message: String) {
        do {
            _ = try Self.decide(volume)
            Issue.record("it was made")
        } catch {
            #expect((error as? VolumeProblem)?.message == message)
            #expect((error as? VolumeProblem)?.volume == "v")
        }
    }

    @Test func `an empty directory is on disk or in memory`() throws {
        let place = "/state/pods/u/volumes/kubernetes.io~empty-dir/v"
        #expect(
            try Self.decide(#"{"name":"v","emptyDir":{}}"#)
                == VolumePlan(name: "v", path: place, content: .directory(mode: 0o777)))
        func bytes(_ volume: String, _ change: (inout Pod) -> Void = { _ in }) throws -> Int64? {
            guard case .memory(let memory) = try Self.decide(volume, change).content else { return nil }
            return memory.bytes
        }
        // Its own limit, the pod's limit of memory, or half of the host's.
        #expect(try bytes(#"{"name":"v","emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}}"#) == 1 << 20)
        #expect(try bytes(#"{"name":"v","emptyDir":{"medium":"Memory"}}"#) == 64 << 20)
        #expect(try bytes(#"{"name":"v","emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}}"#) == 64 << 20)
        #expect(
            try bytes(#"{"name":"v","emptyDir":{"medium":"Memory"}}"#) { $0.spec.containers[0].resources = nil }
                == box.memoryBytes / 2)
    }

    @Test func `a group owns what is made here, and not what is the host's`() throws {
        func group(_ volume: String) throws -> UInt32? {
            try Self.decide(volume) {
                $0.spec.securityContext = PodSecurityContext()
                $0.spec.securityContext?.fsGroup = 42
            }.group
        }
        #expect(try group(#"{"name":"v","emptyDir":{}}"#) == 42)
        #expect(try group(#"{"name":"v","emptyDir":{"medium":"Memory"}}"#) == 42)
        #expect(try group(#"{"name":"v","configMap":{"name":"c"}}"#) == 42)
        #expect(try group(#"{"name":"v","hostPath":{"path":"/x"}}"#) == nil)
    }

    @Test func `a claim is where its answer says`() throws {
        let plan = try Self.decide(#"{"name":"v","persistentVolumeClaim":{"claimName":"bound","readOnly":true}}"#)
        #expect(plan == VolumePlan(name: "v", path: "/claims/1", content: .claim(type: "Directory"), isReadOnly: true))
    }

    // MARK: mounts

    private func placements(
        _ mount: VolumeMount, _ plan: VolumePlan = VolumePlan(name: "v", path: "/s", content: .directory(mode: 0o777))
    ) throws -> [VolumePlacement] {
        var container = Container(name: "main")
        container.env = [
            EnvVar(name: "A", value: "x"), EnvVar(name: "UP", value: "../x"), EnvVar(name: "NO", value: ""),
        ]
        container.volumeMounts = [mount]
        var environment = Environment(imageVariables: ["HOME=/root"])
        try environment.add(container, EnvironmentSources(), pod: makePod(), host: box)
        return try makePlacements(container, volumes: [plan], environment: environment)
    }

    private func mount(_ change: (inout VolumeMount) -> Void = { _ in }) -> VolumeMount {
        var mount = VolumeMount(name: "v", mountPath: "data/./x/../y")
        change(&mount)
        return mount
    }

    @Test func `a mount says where, which part and how`() throws {
        #expect(try placements(mount()) == [VolumePlacement(name: "v", source: "/s", target: "/data/y")])
        let changed = try placements(
            mount {
                $0.readOnly = true
                $0.recursiveReadOnly = "IfPossible"
                $0.subPath = "p"
            })
        #expect(
            changed == [
                VolumePlacement(
                    name: "v", source: "/s", subPath: "p", target: "/data/y", isReadOnly: true, isRecursive: true)
            ])
        #expect(try placements(mount { $0.mountPropagation = "HostToContainer" })[0].propagation == .hostToContainer)
        let files = VolumePlan(name: "v", path: "/s", content: .files([]), isReadOnly: true)
        #expect(try placements(mount(), files)[0].isReadOnly)
        let host = VolumePlan(name: "v", path: "/dev", content: .hostPath(type: ""))
        #expect(try placements(mount(), host)[0].allowsDevices)
        let image = VolumePlan(name: "v", content: .image(["/l"]), isReadOnly: true)
        #expect(try placements(mount(), image)[0].layers == ["/l"])
    }

    @Test func `a part is named by variables of the pod's own`() throws {
        #expect(try placements(mount { $0.subPathExpr = "logs/$(A)" })[0].subPath == "logs/x")
        for (expression, message) in [
            ("$(NONE)/$(HOME)", "missing value for HOME, NONE"), ("$(NO)", "missing value for NO"),
            ("a/$(UP)", "unable to provision SubPath `a/../x`: must not contain '..'"),
        ] {
            #expect(throws: ContainerConfigError(message: message)) {
                try placements(mount { $0.subPathExpr = expression })
            }
        }
        #expect(try placements(mount { $0.subPathExpr = "$$(A)" })[0].subPath == "$(A)")
    }

    @Test func `the status says what can be written`() {
        var container = Container(name: "main")
        container.volumeMounts = [mount(), mount { $0.readOnly = true }, VolumeMount(name: "c", mountPath: "/c")]
        var map = Volume(name: "c")
        map.configMap = ConfigMapVolumeSource(name: "c")
        let statuses = container.mountStatuses([map])
        #expect(statuses?.map(\.readOnly) == [nil, true, true])
        #expect(statuses?.map(\.recursiveReadOnly) == [nil, "Disabled", "Disabled"])
        #expect(Container(name: "a").mountStatuses(nil) == nil)
    }
}
