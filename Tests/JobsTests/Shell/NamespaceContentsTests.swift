import Foundation
import Kube
import Store
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(2))) struct NamespaceContentsTests {
    private func contents(_ host: Host, rootCA: String? = "PEM") -> NamespaceContents {
        NamespaceContents(store: host.store, rootCA: rootCA, apiPort: 6443, logger: host.logger)
    }

    private func key(_ name: String, _ namespace: String = "default") -> ObjectKey {
        ObjectKey(namespace: namespace, name: name)
    }

    @Test func `what clients expect is there before the API opens`() async throws {
        try await Host.run { host in
            for name in ["default", "team"] {
                _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: name)))
            }
            try await contents(host).makeDefaults()
            let revision = host.store.revision
            try await contents(host).makeDefaults()
            #expect(host.store.revision == revision)
            for namespace in ["default", "team"] {
                #expect(host.store.get(ServiceAccount.self, key("default", namespace)) != nil)
                let map = host.store.get(ConfigMap.self, key("kube-root-ca.crt", namespace))
                #expect(map?.data == ["ca.crt": "PEM"])
                #expect(
                    map?.metadata.annotations?["kubernetes.io/description"]?.hasPrefix("Contains a CA bundle") == true)
            }
            #expect(host.store.list(ClusterService.self).map(\.name) == ["kubernetes"])
            let service = try #require(host.store.get(ClusterService.self, key("kubernetes")))
            #expect(service.spec.clusterIPs == ["10.96.0.1"] && service.spec.type == "ClusterIP")
            #expect(service.spec.ports?[0].port == 443 && service.spec.ports?[0].targetPort == .integer(6443))
            #expect(service.validate() == [])
        }
    }

    @Test func `without a certificate authority there is no certificate`() async throws {
        try await Host.run { host in
            _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: "default")))
            try await contents(host, rootCA: nil).makeDefaults()
            #expect(host.store.list(ConfigMap.self).isEmpty)
            #expect(host.store.list(ServiceAccount.self).count == 1)
        }
    }

    @Test func `a new namespace gets its own, and what is deleted or changed comes back`() async throws {
        try await Host.run { host in
            try await host.running([contents(host).run]) {
                _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: "default")))
                _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: "team")))
                let first = try await host.wait(ServiceAccount.self, "default", namespace: "team") { $0 != nil }
                try await host.store.delete(ServiceAccount.self, key("default", "team"))
                _ = try await host.wait(ServiceAccount.self, "default", namespace: "team") {
                    $0 != nil && $0?.uid != first?.uid
                }
                _ = try await host.wait(ConfigMap.self, "kube-root-ca.crt", namespace: "team") { $0 != nil }
                _ = try await host.store.modify(ConfigMap.self, key("kube-root-ca.crt", "team")) {
                    $0.data = ["ca.crt": "another"]
                    $0.metadata.annotations = ["mine": "stays"]
                }
                let map = try await host.wait(ConfigMap.self, "kube-root-ca.crt", namespace: "team") {
                    $0?.data == ["ca.crt": "PEM"]
                }
                #expect(map?.metadata.annotations?["mine"] == "stays")
                #expect(map?.metadata.annotations?.count == 2)
                let service = try await host.wait(ClusterService.self, "kubernetes") { $0 != nil }
                try await host.store.delete(ClusterService.self, key("kubernetes"))
                _ = try await host.wait(ClusterService.self, "kubernetes") { $0 != nil && $0?.uid != service?.uid }
            }
        }
    }

    @Test func `a namespace that is going gets nothing`() async throws {
        try await Host.run { host in
            var going = Namespace(metadata: ObjectMeta(name: "going"))
            going.metadata.finalizers = ["somebody/else"]
            let namespace = try await host.store.create(going)
            try await host.store.delete(Namespace.self, namespace.key)
            _ = try await host.store.create(Namespace(metadata: ObjectMeta(name: "team")))
            try await contents(host).makeDefaults()
            #expect(host.store.list(ServiceAccount.self).map(\.namespace) == ["team"])
        }
    }
}
