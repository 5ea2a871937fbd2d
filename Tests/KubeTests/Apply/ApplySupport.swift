import Foundation
import Testing

@testable import Kube

/// A cut-down Job with every way a part of it can be shared.
enum ApplySchema {
    static let schema: Schema = {
        do { return try Schema(tables) } catch { fatalError("the tables of the tests are wrong: \(error)") }
    }()

    static let job = ResourceType(group: "batch", kind: "Job", plural: "jobs", singular: "job")
    static let gadget = ResourceType(group: "example.com", kind: "Gadget", plural: "gadgets", singular: "gadget")

    private static let tables = [
        SchemaTable(
            "io.k8s.api.batch.v1",
            """
            Job kind | runs pods
              1 metadata meta.ObjectMeta
              2 spec     JobSpec
              3 status   JobStatus
            JobSpec
              1 parallelism  *int32
              2 completions  *int32
              3 suspend      *bool
              4 selector     *meta.LabelSelector
              5 template     core.PodTemplateSpec required
            JobStatus
              1 conditions   []JobCondition merge=type
              2 active       int32
            JobCondition
              1 type         string required
            """),
        SchemaTable(
            "io.k8s.api.core.v1",
            """
            PodTemplateSpec
              1 metadata meta.ObjectMeta
              2 spec     PodSpec
            PodSpec
              1 volumes          []Volume map=name
              2 containers       []Container required map=name merge=name
              3 nodeSelector     map[string] atomic
              4 tolerations      []Toleration
              5 securityContext  *PodSecurityContext
              6 restartPolicy    string
              7 imagePullSecrets []LocalObjectReference map=name
            Container
              1 name      string required
              2 image     string
              3 command   []string
              4 env       []EnvVar map=name merge=name
              5 ports     []ContainerPort map=containerPort,protocol
              6 resources ResourceRequirements
              7 stdin     bool
            EnvVar
              1 name  string required
              2 value string
            ContainerPort
              1 name          string
              2 containerPort int32 required
              3 protocol      string default=TCP
            ResourceRequirements
              1 limits map[Quantity]
            Toleration
              1 key string
            PodSecurityContext
              1 runAsUser    *int64
              2 runAsNonRoot *bool
            LocalObjectReference
              1 name string
            Volume
              1 name   string required
              2 source VolumeSource inline
            VolumeSource
              1 emptyDir *EmptyDirVolumeSource
            EmptyDirVolumeSource
              1 sizeLimit *Quantity
            """),
        SchemaTable(
            "io.k8s.apimachinery.pkg.apis.meta.v1",
            """
            ObjectMeta
              1 name              string
              2 generateName      string
              3 namespace         string
              4 uid               string
              5 resourceVersion   string
              6 creationTimestamp Time
              7 labels            map[string]
              8 annotations       map[string]
              9 ownerReferences   []OwnerReference map=uid
              10 finalizers       []string set
              11 managedFields    []ManagedFieldsEntry
            OwnerReference
              1 uid string required
            ManagedFieldsEntry
              1 manager string
            LabelSelector atomic
              1 matchLabels map[string]
            """),
    ]
}

/// One write of a timeline. The text is YAML, without what names the object.
enum Write: Sendable {
    case apply(String, String, force: Bool = false, subresource: String? = nil)
    case update(String, String, subresource: String? = nil)
}

/// An object as the store keeps it, and who wrote it. Time moves a second with every write.
struct Timeline {
    let type: ResourceType
    var object: JSONValue?
    private(set) var seconds = 0.0

    init(_ type: ResourceType = ApplySchema.job) { self.type = type }

    var manager: FieldManager { FieldManager(type: type, schema: ApplySchema.schema) }

    mutating func perform(_ write: Write) throws {
        seconds += 1
        let now = Date(timeIntervalSince1970: seconds)
        switch write {
        case .apply(let name, let text, let force, let subresource):
            object = try manager.apply(
                named(text), to: object, manager: name, force: force, subresource: subresource, now: now)
        case .update(let name, let text, let subresource):
            var new = try named(text)
            if object != nil { new = new.settingMetadata("uid", "1") }
            let list = manager.update(from: object, to: new, manager: name, subresource: subresource, now: now)
            object = new.settingManagedFields(list)
        }
        object = object?.settingMetadata("uid", "1")
    }

    func named(_ text: String) throws -> JSONValue {
        guard case .object(var members)? = try YAMLReader.read(bytes(text)).first else { return .null }
        members["apiVersion"] = members["apiVersion"] ?? .string(type.apiVersion)
        members["kind"] = members["kind"] ?? .string(type.kind)
        let value = JSONValue.object(members)
        return value["metadata"]?["name"] == nil ? value.settingMetadata("name", "pi") : value
    }

    /// Without what every object of these tests has.
    var bare: JSONValue {
        guard case .object(var members)? = object?.withoutManagedFields else { return .null }
        members["apiVersion"] = nil
        members["kind"] = nil
        var metadata = members["metadata"]?.object ?? [:]
        metadata["name"] = nil
        metadata["uid"] = nil
        members["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        return .object(members)
    }

    /// `alice`, `bob updating`, `bob updating status`: the places each has.
    var owners: [String: Set<String>] {
        get throws {
            var result: [String: Set<String>] = [:]
            for (identity, entry) in try ManagedFields(object?.managedFields).entries {
                let verb = identity.operation == .update ? " updating" : ""
                let subresource = identity.subresource.isEmpty ? "" : " \(identity.subresource)"
                result[identity.manager + verb + subresource] = Set(entry.fields.paths.map(\.text))
            }
            return result
        }
    }

    /// The seconds at which the entries were written.
    var times: [String: Double?] {
        get throws {
            var result: [String: Double?] = [:]
            for (identity, entry) in try ManagedFields(object?.managedFields).entries {
                result[identity.manager] = entry.time?.date.timeIntervalSince1970
            }
            return result
        }
    }
}

extension JSONValue {
    func settingMetadata(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(var members) = self else { return self }
        var metadata = members["metadata"]?.object ?? [:]
        metadata[name] = value
        members["metadata"] = .object(metadata)
        return .object(members)
    }
}

/// Writes, the object after them, and who has what. `~` stands for `.spec.template.spec`.
struct ApplyCase: Sendable, CustomTestStringConvertible {
    let name: String
    let writes: [Write]
    let after: String
    let owners: [String: String]

    init(_ name: String, _ writes: [Write], after: String, owners: [String: String]) {
        self.name = name
        self.writes = writes
        self.after = after
        self.owners = owners
    }

    var testDescription: String { name }

    func check(_ type: ResourceType = ApplySchema.job) throws {
        var timeline = Timeline(type)
        for write in writes { try timeline.perform(write) }
        let expected = try YAMLReader.read(bytes(after)).first
        #expect(timeline.bare == expected, "\(name): \(YAMLWriter.text(of: timeline.bare))")
        let owners = owners.mapValues { places in
            Set(places.split(separator: " ").map { String($0.replacing("~", with: ".spec.template.spec")) })
        }
        #expect(try timeline.owners == owners, "\(name)")
    }
}

/// Writes of which the last is refused.
struct RefusedCase: Sendable, CustomTestStringConvertible {
    let name: String
    let writes: [Write]
    let code: Int
    let message: String

    init(_ name: String, _ writes: [Write], _ code: Int, _ message: String) {
        self.name = name
        self.writes = writes
        self.code = code
        self.message = message
    }

    var testDescription: String { name }

    func check() throws {
        var timeline = Timeline()
        for write in writes.dropLast() { try timeline.perform(write) }
        let before = timeline.object
        do {
            if let last = writes.last { try timeline.perform(last) }
            Issue.record("\(name): not refused")
        } catch let status as Status {
            #expect(status.code == code)
            #expect(status.message == message)
        }
        #expect(timeline.object == before)
    }
}
