import Kube

/// How a stored kind looks under another group and version: the same objects, some of whose members have other names.
public struct KindView: Sendable {
    /// What clients of this view see.
    public let type: ResourceType
    /// Names of members at the top of the object.
    let members: [(stored: String, served: String)]
    /// Names of fields that objects can be selected by, where they differ.
    let fields: [(stored: String, served: String)]

    public init(
        _ type: ResourceType, members: [(stored: String, served: String)],
        fields: [(stored: String, served: String)] = []
    ) {
        self.type = type
        self.members = members
        self.fields = fields
    }

    func serve(_ tree: JSONValue) -> JSONValue {
        rename(tree, Dictionary(uniqueKeysWithValues: members.map { ($0.stored, $0.served) }), as: type)
    }

    func store(_ tree: JSONValue, as stored: ResourceType) -> JSONValue {
        rename(tree, Dictionary(uniqueKeysWithValues: members.map { ($0.served, $0.stored) }), as: stored)
    }

    /// A selector of this view in the words of the store.
    func store(_ selector: FieldSelector) -> FieldSelector {
        FieldSelector(
            terms: selector.terms.map { term in
                let path = fields.first { $0.served == term.path }?.stored ?? term.path
                return FieldSelector.Term(path: path, value: term.value, isEqual: term.isEqual)
            })
    }

    private func rename(_ tree: JSONValue, _ names: [String: String], as type: ResourceType) -> JSONValue {
        guard case .object(let members) = tree else { return tree }
        var renamed: [String: JSONValue] = [:]
        for (name, value) in members { renamed[names[name] ?? name] = value }
        renamed["apiVersion"] = .string(type.apiVersion)
        renamed["kind"] = .string(type.kind)
        return .object(renamed)
    }
}

extension KindView {
    /// events.k8s.io/v1 over the Events of core/v1 (upstream `pkg/apis/events/v1/conversion.go`).
    static let events = KindView(
        ResourceType(
            group: "events.k8s.io", kind: "Event", plural: "events", singular: "event", shortNames: ["ev"]),
        members: [
            ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
            ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
            ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
        ],
        fields: [
            ("involvedObject.kind", "regarding.kind"), ("involvedObject.namespace", "regarding.namespace"),
            ("involvedObject.name", "regarding.name"), ("involvedObject.uid", "regarding.uid"),
            ("involvedObject.apiVersion", "regarding.apiVersion"),
            ("involvedObject.resourceVersion", "regarding.resourceVersion"),
            ("involvedObject.fieldPath", "regarding.fieldPath"), ("reportingComponent", "reportingController"),
        ])
}
