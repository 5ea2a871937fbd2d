import Foundation
import Kube
import Store
import Testing

@testable import Server

/// What the door adds to claims: their class, what it warns of, and whether they may grow.
@Suite struct ClaimWireTests {
    private let claims = "/api/v1/namespaces/default/persistentvolumeclaims"
    private let classes = "/apis/storage.k8s.io/v1/storageclasses"

    private func claim(_ name: String, _ more: String = "", size: String = "1Gi") -> String {
        #"{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"\#(name)"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"\#(size)"}}\#(more)}}"#
    }

    private func storageClass(
        _ name: String, isDefault: Bool = false, provisioner: String = "stint.dev/host-directory", _ more: String = ""
    ) -> String {
        let note = #""annotations":{"storageclass.kubernetes.io/is-default-class":"\#(isDefault)"}"#
        return
            #"{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"\#(name)",\#(note)},"provisioner":"\#(provisioner)"\#(more)}"#
    }

    private func className(_ server: TestServer, _ name: String) -> String? {
        server.store.get(PersistentVolumeClaim.self, ObjectKey(namespace: "default", name: name))?.spec.storageClassName
    }

    @Test func `a claim that names no class gets the default one, and is told what is not enforced`() async throws {
        try await TestServer.run { server in
            let none = try await server.send("POST", claims, claim("before"))
            #expect(none.code == 201 && className(server, "before") == nil)
            #expect(none.all("warning") == [])
            #expect(try await server.send("POST", classes, storageClass("plain", provisioner: "a.org/b")).code == 201)
            #expect(try await server.send("POST", classes, storageClass("standard", isDefault: true)).code == 201)
            let created = try await server.send("POST", claims, claim("c"))
            #expect(created.code == 201 && className(server, "c") == "standard")
            #expect(
                created.all("warning") == [
                    #"299 - "stint.dev/host-directory: the size of a claim is not enforced""#
                ])
            let other = try await server.send("POST", claims, claim("d", #","storageClassName":"plain""#))
            #expect(other.code == 201 && className(server, "d") == "plain")
            #expect(other.all("warning") == [])
            #expect(try await server.send("POST", claims, claim("e", #","storageClassName":"""#)).code == 201)
            #expect(className(server, "e") == "")
        }
    }

    @Test func `a bound claim grows when its class says so`() async throws {
        try await TestServer.run { server in
            let name = "standard"
            #expect(try await server.send("POST", classes, storageClass(name, isDefault: true)).code == 201)
            #expect(try await server.send("POST", claims, claim("c")).code == 201)
            let key = ObjectKey(namespace: "default", name: "c")
            _ = try await server.store.modify(PersistentVolumeClaim.self, key) {
                $0.spec.volumeName = "v"
                $0.status?.phase = "Bound"
            }
            let larger = #"{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}"#
            let refused = try await server.send(
                "PATCH", claims + "/c", larger, type: "application/merge-patch+json")
            #expect(refused.code == 403)
            #expect(
                refused.text.contains(
                    #"persistentvolumeclaims \"c\" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"#
                ), "\(refused.text)")
            let allowed = #"{"allowVolumeExpansion":true}"#
            #expect(
                try await server.send(
                    "PATCH", classes + "/standard", allowed, type: "application/merge-patch+json"
                ).code == 200)
            #expect(
                try await server.send("PATCH", claims + "/c", larger, type: "application/merge-patch+json").code == 200)
        }
    }

    @Test func `a source that is not here is refused by its name`() async throws {
        try await TestServer.run { server in
            let volume =
                #"{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"nfs":{"server":"s","path":"/x"}}}"#
            let reply = try await server.send("POST", "/api/v1/persistentvolumes", volume)
            #expect(reply.code == 422)
            #expect(
                reply.text.contains("spec.nfs: Forbidden: only hostPath and local volumes are supported by stint"),
                "\(reply.text)")
        }
    }
}
