import Foundation
import Testing

@testable import Kube

/// The same with the kinds that are served.
@Suite struct PublishedKindTests {
    private static let spec = """
        {template: {metadata: {labels: {app: pi}}, spec: {restartPolicy: Never, containers: [
          {name: main, image: perl, ports: [{containerPort: 80}], env: [{name: A, value: b}]}]}}}
        """

    private func owners(_ object: JSONValue?) throws -> [String: Set<String>] {
        try Dictionary(
            uniqueKeysWithValues: ManagedFields(object?.managedFields).entries.map {
                ($0.key.manager, Set($0.value.fields.paths.map(\.text)))
            })
    }

    private func job(_ spec: String) throws -> JSONValue {
        let text = "{apiVersion: batch/v1, kind: Job, metadata: {name: pi, namespace: default}, spec: \(spec)}"
        return try YAMLReader.read(bytes(text)).first ?? .null
    }

    @Test func `a job that kubectl applies is owned as upstream has it`() throws {
        let manager = FieldManager(type: Job.type)
        let applied = try manager.apply(job(Self.spec), to: nil, manager: "kubectl", force: false, now: noon)
        let container = #".spec.template.spec.containers[name="main"]"#
        let port = container + #".ports[containerPort=80,protocol="TCP"]"#
        #expect(
            try owners(applied) == [
                "kubectl": [
                    ".spec.template.metadata.labels.app", ".spec.template.spec.restartPolicy", container,
                    container + ".name", container + ".image", port, port + ".containerPort",
                    container + #".env[name="A"]"#,
                    container + #".env[name="A"].name"#, container + #".env[name="A"].value"#,
                ]
            ])
    }

    @Test func `a job that kubectl creates is owned as upstream has it`() throws {
        let list = try FieldManager(type: Job.type).update(
            from: nil, to: job(Self.spec), manager: "kubectl-create", now: noon)
        let fields = list?.first?["fieldsV1"]?["f:spec"]?["f:template"]
        #expect(list?.first?["fieldsV1"]?["f:spec"]?["."] == nil)
        #expect(fields?["f:metadata"] == ["f:labels": [".": [:], "f:app": [:]]])
        let container = fields?["f:spec"]?["f:containers"]?[#"k:{"name":"main"}"#]
        #expect(container?["f:resources"] == [:])
        #expect(
            container?["f:ports"] == [
                ".": [:], #"k:{"containerPort":80,"protocol":"TCP"}"#: [".": [:], "f:containerPort": [:]],
            ])
    }

    @Test func `an applied job that was decoded and stored is not changed by the same apply`() throws {
        let manager = FieldManager(type: Job.type)
        let applied = try manager.apply(job(Self.spec), to: nil, manager: "kubectl", force: false, now: noon)
        var object = try ObjectDecoder.decode(Job.self, from: applied).object
        _ = try object.admitForCreate(namespace: "default", uid: "u", now: noon)
        let stored = try KubeJSON.tree(of: object)
        let later = noon.addingTimeInterval(60)
        let again = try manager.apply(job(Self.spec), to: stored, manager: "kubectl", force: false, now: later)
        #expect(again == stored)
    }
}
