import Foundation
import TestSupport
import Testing

/// Volumes of Jobs, from the manifest to the files.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct VolumeTests {
    /// The manifest of a Job of one pod, with these lines under `volumes` and under the container.
    private func job(
        _ name: String, _ script: String, volumes: [String], container: [String], pod: [String] = [],
        policy: String = "Never"
    ) -> String {
        manifest(
            name, script: script, spec: ["backoffLimit: 0"],
            pod: ["restartPolicy: \(policy)"] + pod + ["volumes:"] + volumes.map { "- " + $0 }, container: container)
    }

    private func finish(_ daemon: DaemonFixture, _ name: String, _ condition: String = "Complete") async throws
        -> String
    {
        try await daemon.stint("wait", "--for=condition=\(condition)", "--timeout=30s", "job/\(name)")
        return try await daemon.stint("logs", "job/\(name)").output
    }

    private func podUID(_ daemon: DaemonFixture, _ job: String) async throws -> String {
        let pod = try #require(try await daemon.list("pods", selector: "job-name=\(job)").first)
        return try #require(value(pod, "metadata", "uid") as? String)
    }

    @Test func `two containers share a directory, which outlives a restart and not the pod`() async throws {
        try await DaemonFixture.run { daemon in
            let manifest = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: shared}
                spec:
                  template:
                    spec:
                      restartPolicy: OnFailure
                      volumes:
                      - {name: disk}
                      - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                      containers:
                      - name: writer
                        image: busybox
                        command: [sh, -c, 'echo try >> /d/tries; [ $(wc -l < /d/tries) = 2 ] || exit 1; echo hello > /m/word; until [ -e /d/read ]; do sleep 0.1; done']
                        volumeMounts: [{name: disk, mountPath: /d}, {name: memory, mountPath: /m}]
                      - name: reader
                        image: busybox
                        command: [sh, -c, 'until [ -e /m/word ]; do sleep 0.1; done; cat /m/word /d/tries; stat -c %a /d; df /m | tail -1 | cut -d" " -f1; touch /d/read']
                        volumeMounts: [{name: disk, mountPath: /d}, {name: memory, mountPath: /m}]
                """
            try await daemon.apply(manifest)
            try await daemon.stint("wait", "--for=condition=Complete", "--timeout=30s", "job/shared")
            let log = try await daemon.stint("logs", "job/shared", "-c", "reader").output
            #expect(log == "hello\ntry\ntry\n777\ntmpfs\n")
            let uid = try await podUID(daemon, "shared")
            try await eventually("the volumes are gone", within: .seconds(10)) {
                !FileManager.default.fileExists(atPath: "\(daemon.stateDirectory)/pods/\(uid)/volumes")
            }
        }
    }

    @Test func `entries of ConfigMaps and Secrets are files with modes, for a group`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.stint(
                "create", "configmap", "settings", "--from-literal=a.conf=one", "--from-literal=b=two")
            try await daemon.stint("create", "secret", "generic", "keys", "--from-literal=token=hunter2")
            let script = """
                cat /c/a.conf; echo; cat /p/deep/x; echo; cat /s/token; echo; stat -c '%a %g' -L /s/token; \
                ls -A /c | grep -v '^[.]'; readlink /c/b; cat /p/name; echo; cat /p/labels | grep app; touch /c/new; id -G; \
                touch /e/x; stat -c '%a %g' /e /e/x
                """
            try await daemon.apply(
                job(
                    "files", script,
                    volumes: [
                        "{name: c, configMap: {name: settings}}",
                        "{name: s, secret: {secretName: keys, defaultMode: 0400}}",
                        "{name: e, emptyDir: {}}",
                        "{name: p, projected: {sources: [{configMap: {name: settings, items: [{key: b, path: deep/x}]}}, "
                            + "{downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.namespace}}, "
                            + "{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}]}}",
                    ],
                    container: [
                        "volumeMounts:", "- {name: c, mountPath: /c}", "- {name: s, mountPath: /s}",
                        "- {name: p, mountPath: /p}", "- {name: e, mountPath: /e}",
                    ],
                    pod: ["securityContext: {fsGroup: 4242, runAsUser: 1000, runAsGroup: 1000}"]))
            let log = try await finish(daemon, "files").split(separator: "\n").map(String.init)
            #expect(Array(log.prefix(4)) == ["one", "two", "hunter2", "440 4242"])
            #expect(log.contains("..data/b"))
            #expect(log.contains("default"))
            #expect(log.contains { $0.contains("Read-only file system") })
            #expect(log.contains("1000 4242"))
            #expect(log.suffix(2) == ["2777 4242", "644 4242"])
        }
    }

    @Test func `a pod waits for its ConfigMap, and sees what it becomes`() async throws {
        try await DaemonFixture.run { daemon in
            let script = "cat /c/key; until [ \"$(cat /c/key)\" = two ]; do sleep 0.1; done; cat /c/key; cat /f"
            try await daemon.apply(
                job(
                    "waits", script, volumes: ["{name: c, configMap: {name: late}}"],
                    container: [
                        "volumeMounts:", "- {name: c, mountPath: /c}", "- {name: c, mountPath: /f, subPath: key}",
                    ]))
            try await eventually("it says what it waits for", within: .seconds(10)) {
                try await daemon.stint("get", "events").output
                    .contains("MountVolume.SetUp failed for volume \"c\" : configmap \"late\" not found")
            }
            let pod = try #require(try await daemon.list("pods", selector: "job-name=waits").first)
            #expect(
                value(pod, "status", "containerStatuses", "0", "state", "waiting", "reason") as? String
                    == "ContainerCreating")
            try await daemon.stint("create", "configmap", "late", "--from-literal=key=one")
            try await daemon.stint("wait", "--for=jsonpath={.status.ready}=1", "--timeout=30s", "job/waits")
            // The daemon may be another one meanwhile.
            await daemon.crash()
            try await daemon.start()
            try await daemon.stint(
                "patch", "configmap", "late", "--type=merge", "-p", #"{"data":{"key":"two"}}"#)
            // What was mounted as a part stays what it was.
            #expect(try await finish(daemon, "waits") == "onetwoone")
        }
    }

    @Test func `a path of the host is what it must be, or the pod waits`() async throws {
        try await DaemonFixture.run { daemon in
            let path = "\(daemon.scope.directory)/host"
            try await daemon.apply(
                job(
                    "host", "cat /h/in; echo out > /h/out/file; echo $SHARD",
                    volumes: [
                        "{name: h, hostPath: {path: \(path), type: Directory}}",
                        "{name: made, hostPath: {path: \(path)-made, type: DirectoryOrCreate}}",
                    ],
                    container: [
                        "env: [{name: SHARD, value: s1}]", "volumeMounts:",
                        "- {name: h, mountPath: /h, readOnly: true}",
                        "- {name: made, mountPath: /h/out, subPathExpr: parts/$(SHARD)}",
                    ]))
            try await eventually("it says what is wrong", within: .seconds(10)) {
                try await daemon.stint("get", "events").output
                    .contains("hostPath type check failed: \(path) is not a directory")
            }
            try FileManager.default.createDirectory(atPath: path + "/out", withIntermediateDirectories: true)
            try Data("in\n".utf8).write(to: URL(fileURLWithPath: path + "/in"))
            #expect(try await finish(daemon, "host") == "in\ns1\n")
            #expect(FileManager.default.fileExists(atPath: path + "-made/parts/s1/file"))
        }
    }

    @Test func `the files of an image are a volume`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                job(
                    "image", "ls /i | grep bin; touch /i/x || echo read-only; /i/bin/busybox true || echo no program",
                    volumes: ["{name: i, image: {reference: busybox, pullPolicy: Never}}"],
                    container: ["volumeMounts: [{name: i, mountPath: /i}]"]))
            let log = try await finish(daemon, "image")
            #expect(log.contains("bin\n"))
            #expect(log.contains("read-only\n"))
            #expect(log.contains("no program\n"))
        }
    }

    @Test func `a volume that grows too large is the end of its pod`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.apply(
                job(
                    "fat", "head -c 3000000 /dev/zero > /v/x; sleep 60",
                    volumes: ["{name: v, emptyDir: {sizeLimit: 1Mi}}"],
                    container: ["volumeMounts: [{name: v, mountPath: /v}]"]))
            try await daemon.stint("wait", "--for=condition=Failed", "--timeout=40s", "job/fat")
            let pod = try #require(try await daemon.list("pods", selector: "job-name=fat").first)
            #expect(value(pod, "status", "reason") as? String == "Evicted")
            #expect(
                value(pod, "status", "message") as? String
                    == "Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ")
        }
    }

    @Test func `what is secret is in no state directory, and nobody else on the host can walk in`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.stint("create", "secret", "generic", "keys", "--from-literal=token=canary-7351")
            try await daemon.apply(
                job(
                    "secret", "until [ -e /tmp/stop ]; do sleep 0.1; done",
                    volumes: ["{name: s, secret: {secretName: keys}}"],
                    container: ["volumeMounts: [{name: s, mountPath: /s}]"],
                    pod: ["terminationGracePeriodSeconds: 0"]))
            try await daemon.stint("wait", "--for=jsonpath={.status.ready}=1", "--timeout=30s", "job/secret")
            let uid = try await podUID(daemon, "secret")
            let place = "\(daemon.runDirectory)/volumes/\(uid)/kubernetes.io~secret/s/token"
            #expect(try String(contentsOfFile: place, encoding: .utf8) == "canary-7351")
            let outer = try FileManager.default.attributesOfItem(atPath: "\(daemon.runDirectory)/volumes")
            #expect(outer[.posixPermissions] as? Int == 0o700)
            #expect(!FileManager.default.fileExists(atPath: "\(daemon.stateDirectory)/pods/\(uid)/volumes"))
            // A daemon that was not there when the pod went takes them away all the same.
            try await daemon.stint("delete", "job", "secret", "--wait=false")
            await daemon.crash()
            try await daemon.start()
            try await eventually("they are gone with the pod", within: .seconds(20)) {
                !FileManager.default.fileExists(atPath: "\(daemon.runDirectory)/volumes/\(uid)")
            }
        }
    }
}
