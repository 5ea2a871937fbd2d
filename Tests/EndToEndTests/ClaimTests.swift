import Foundation
import TestSupport
import Testing

/// Claims, volumes and classes as kubectl sees them, from a manifest to the directory on the host.
@Suite(.serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")), .notInTheGuest)
struct ClaimTests {
    static func claim(_ name: String, className: String? = nil, size: String = "1Gi") -> String {
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: \(name)}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: \(size)}}
          \(className.map { "storageClassName: \"\($0)\"" } ?? "volumeMode: Filesystem")
        """
    }

    static func storageClass(_ name: String, policy: String = "Delete") -> String {
        """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: \(name)}
        provisioner: stint.dev/host-directory
        reclaimPolicy: \(policy)
        allowVolumeExpansion: true
        """
    }

    private func row(_ shell: ClientShell, _ line: String, _ name: String) async throws -> [String: String] {
        PrintedTable(try await shell.printed("kubectl get \(line)"))?.row(name) ?? [:]
    }

    private func untilBound(_ shell: ClientShell, _ name: String) async throws -> String {
        try await eventually("\(name) is bound", within: .seconds(10)) {
            value(try await shell.daemon.get("pvc", name), "status", "phase") as? String == "Bound"
        }
        return try #require(value(try await shell.daemon.get("pvc", name), "spec", "volumeName") as? String)
    }

    @Test(arguments: Kubectl.oldestAndNewest)
    func `the default class waits for a pod, and its claims say so`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            let standard = try await row(shell, "storageclass", "standard (default)")
            #expect(standard["PROVISIONER"] == "stint.dev/host-directory" && standard["RECLAIMPOLICY"] == "Delete")
            #expect(
                standard["VOLUMEBINDINGMODE"] == "WaitForFirstConsumer" && standard["ALLOWVOLUMEEXPANSION"] == "true")
            let made = try await shell.run("kubectl apply -f -", input: Self.claim("data"))
            #expect(made.output == "persistentvolumeclaim/data created\n")
            #expect(
                made.errors == "Warning: stint.dev/host-directory: the size of a claim is not enforced\n", "\(made)")
            try await eventually("it says what it waits for", within: .seconds(10)) {
                try await shell.printed("kubectl describe pvc data").contains(
                    /WaitForFirstConsumer .* waiting for first consumer to be created before binding/)
            }
            let described = try await shell.printed("kubectl describe pvc data")
            #expect(described.contains(/StorageClass: +standard\nStatus: +Pending\n/), "\(described)")
            #expect(described.contains(/Finalizers: +\[kubernetes.io\/pvc-protection\]\n/), "\(described)")
            let pending = try await row(shell, "pvc", "data")
            #expect(pending["STATUS"] == "Pending" && pending["STORAGECLASS"] == "standard" && pending["VOLUME"] == "")
            #expect(try await shell.printed("kubectl delete pvc data") == "persistentvolumeclaim \"data\" deleted\n")
            let wrong = try await shell.run("kubectl apply -f -", input: Self.claim("none", size: "0"))
            #expect(wrong.exitCode == 1 && wrong.errors.contains("must be greater than zero"), "\(wrong.errors)")
            // Deleted by the operator, it stays away.
            try await shell.printed("kubectl delete sc standard")
            _ = await shell.daemon.stop()
            try await shell.daemon.start()
            #expect(try await shell.printed("kubectl get sc --no-headers --ignore-not-found") == "")
        }
    }

    @Test(arguments: Kubectl.oldestAndNewest)
    func `a claim is bound to a directory, grows, survives a crash, and takes the directory with it`(
        kubectl: Kubectl
    ) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.printed("kubectl apply -f -", input: Self.storageClass("fast"))
            try await shell.printed("kubectl apply -f -", input: Self.claim("data", className: "fast"))
            let volume = try await untilBound(shell, "data")
            let directory = "\(shell.daemon.stateDirectory)/volumes/\(volume)"
            try Data("kept".utf8).write(to: URL(fileURLWithPath: "\(directory)/file"))
            let bound = try await row(shell, "pvc", "data")
            #expect(bound["VOLUME"] == volume && bound["CAPACITY"] == "1Gi" && bound["ACCESS MODES"] == "RWO")
            let row = try await row(shell, "pv", volume)
            #expect(row["CLAIM"] == "default/data" && row["STATUS"] == "Bound" && row["RECLAIM POLICY"] == "Delete")
            let described = try await shell.printed("kubectl describe pv \(volume)")
            #expect(described.contains(/Annotations: +pv.kubernetes.io\/provisioned-by: stint.dev\/host-directory\n/))
            #expect(described.contains(/Type: +HostPath .*\n +Path: +\S+\/volumes\/pvc-\S+\n/), "\(described)")
            #expect(try await shell.printed("kubectl describe sc fast").contains(/AllowVolumeExpansion: +True\n/))
            #expect(try await shell.printed("kubectl describe pvc data").contains("ProvisioningSucceeded"))

            await shell.daemon.crash()
            try await shell.daemon.start()
            #expect(try String(contentsOfFile: "\(directory)/file", encoding: .utf8) == "kept")
            try await shell.printed(
                #"kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"3Gi"}}}}'"#)
            try await eventually("it has grown", within: .seconds(10)) {
                value(try await shell.daemon.get("pvc", "data"), "status", "capacity", "storage") as? String == "3Gi"
            }
            let smaller = try await shell.run(
                #"kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"1Gi"}}}}'"#)
            #expect(smaller.errors.contains("field can not be less than status.capacity"), "\(smaller.errors)")
            try await shell.printed("kubectl delete pvc data")
            try await eventually("the volume is gone", within: .seconds(10)) {
                try await shell.daemon.list("pv").isEmpty
            }
            #expect(!FileManager.default.fileExists(atPath: directory))
        }
    }

    @Test(arguments: Kubectl.oldestAndNewest)
    func `what is to be kept is Released, and a volume by hand is found by size`(kubectl: Kubectl) async throws {
        try await ClientShell.run(kubectl) { shell in
            try await shell.printed("kubectl apply -f -", input: Self.storageClass("kept", policy: "Retain"))
            try await shell.printed("kubectl apply -f -", input: Self.claim("kept", className: "kept"))
            let volume = try await untilBound(shell, "kept")
            let directory = "\(shell.daemon.stateDirectory)/volumes/\(volume)"
            try Data("kept".utf8).write(to: URL(fileURLWithPath: "\(directory)/file"))
            try await shell.printed("kubectl delete pvc kept")
            try await eventually("it is released", within: .seconds(10)) {
                try await row(shell, "pv", volume)["STATUS"] == "Released"
            }
            try await shell.printed("kubectl delete pv \(volume)")
            #expect(try String(contentsOfFile: "\(directory)/file", encoding: .utf8) == "kept")

            for (name, size) in [("large", "10Gi"), ("small", "2Gi")] {
                try await shell.printed(
                    "kubectl apply -f -",
                    input: """
                        apiVersion: v1
                        kind: PersistentVolume
                        metadata: {name: \(name)}
                        spec:
                          capacity: {storage: \(size)}
                          accessModes: [ReadWriteOnce, ReadOnlyMany]
                          hostPath: {path: \(shell.daemon.scope.directory)}
                        """)
            }
            try await eventually("they are free", within: .seconds(10)) {
                PrintedTable(try await shell.printed("kubectl get pv"))?.column("STATUS") == ["Available", "Available"]
            }
            #expect(try await row(shell, "pv", "small")["RECLAIM POLICY"] == "Retain")
            try await shell.printed("kubectl apply -f -", input: Self.claim("by-hand", className: ""))
            #expect(try await untilBound(shell, "by-hand") == "small")
            let bound = try await row(shell, "pvc", "by-hand")
            #expect(bound["CAPACITY"] == "2Gi" && bound["ACCESS MODES"] == "RWO,ROX" && bound["STORAGECLASS"] == "")
            // A volume stays as long as its claim.
            try await shell.printed("kubectl delete pv small --wait=false")
            #expect(try await row(shell, "pv", "small")["STATUS"] == "Terminating")
            try await shell.printed("kubectl delete pvc by-hand")
            try await eventually("it is gone", within: .seconds(10)) {
                try await shell.printed("kubectl get pv -o name") == "persistentvolume/large\n"
            }
            let nfs = try await shell.run(
                "kubectl apply -f -",
                input: """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: far}
                    spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteMany], nfs: {server: s, path: /x}}
                    """)
            #expect(nfs.errors.contains("spec.nfs: Forbidden: only hostPath and local volumes are supported by stint"))
        }
    }

    @Test func `a namespace takes its claims along`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.stint("create", "namespace", "team")
            try await daemon.apply(Self.storageClass("fast"))
            try await daemon.apply(Self.claim("data", className: "fast"), namespace: "team")
            try await eventually("it is bound", within: .seconds(10)) { try await daemon.list("pv").count == 1 }
            try await daemon.stint("delete", "namespace", "team")
            try await eventually("its volume is gone", within: .seconds(10)) { try await daemon.list("pv").isEmpty }
        }
    }
}
