import Kube
import Store

/// Why a container cannot be configured yet: what its environment names is not there, or cannot be a variable. It waits
/// until the object changes. The message has names in it and never values.
struct PendingReference: Error, Equatable {
    let message: String
}

/// What the environment of a container takes from ConfigMaps, Secrets and Services, as they are when it is started. Later
/// changes of theirs reach the next attempt, as in Kubernetes.
struct EnvironmentSources: Equatable, Sendable {
    struct Variable: Equatable, Sendable {
        let name: String
        let value: String
    }

    enum Kind: Hashable, Sendable { case configMap, secret }

    private struct Place: Hashable {
        let kind: Kind
        let name: String
        let key: String
    }

    /// Of the Services of the namespace, then from whole objects, in the order of `envFrom` and then of their keys.
    private(set) var variables: [Variable] = []
    private var values: [Place: String] = [:]

    init() {}

    init(of container: Container, of pod: Pod, from store: Store) throws(PendingReference) {
        let namespace = pod.namespace
        try self.init(
            of: container, in: namespace,
            configMap: { store.get(ConfigMap.self, ObjectKey(namespace: namespace, name: $0)) },
            secret: { store.get(Secret.self, ObjectKey(namespace: namespace, name: $0)) },
            services: pod.spec.enableServiceLinks == false
                ? [] : store.list(ClusterService.self, namespace: namespace).items)
    }

    /// Looks `envFrom` up first and then `env`, as the kubelet does, and stops at the first thing that is missing.
    init(
        of container: Container, in namespace: String, configMap: @escaping (String) -> ConfigMap?,
        secret: @escaping (String) -> Secret?, services: [ClusterService] = []
    ) throws(PendingReference) {
        for service in services { variables += service.environment }
        let reader = Reader(namespace: namespace, configMap: configMap, secret: secret)
        for source in container.envFrom ?? [] {
            let kind: Kind = source.configMapRef != nil ? .configMap : .secret
            guard let reference = source.configMapRef ?? source.secretRef,
                let data = try reader.data(kind, reference.name ?? "", isOptional: reference.optional == true)
            else { continue }
            for key in data.keys.sorted() {
                guard let value = try data.value(key) else { continue }
                variables.append(Variable(name: (source.prefix ?? "") + key, value: value))
            }
        }
        for variable in container.env ?? [] {
            let source = variable.valueFrom
            for (kind, selector) in [(Kind.configMap, source?.configMapKeyRef), (.secret, source?.secretKeyRef)] {
                guard let selector else { continue }
                let (name, isOptional) = (selector.name ?? "", selector.optional == true)
                guard let data = try reader.data(kind, name, isOptional: isOptional) else { continue }
                let value = try data.value(selector.key)
                if value == nil, !isOptional {
                    throw PendingReference(message: "couldn't find key \(selector.key) in \(data.description)")
                }
                values[Place(kind: kind, name: name, key: selector.key)] = value
            }
        }
    }

    /// Nil for an optional one that is not there.
    func value(_ kind: Kind, _ selector: KeySelector) -> String? {
        values[Place(kind: kind, name: selector.name ?? "", key: selector.key)]
    }
}

/// Where the objects come from.
private struct Reader {
    let namespace: String
    let configMap: (String) -> ConfigMap?
    let secret: (String) -> Secret?

    /// Nil for an optional object that is not there.
    func data(
        _ kind: EnvironmentSources.Kind, _ name: String, isOptional: Bool
    ) throws(PendingReference) -> ObjectData? {
        switch kind {
        case .configMap:
            if let found = configMap(name) {
                return ObjectData(values: .text(found.data ?? [:]), description: "ConfigMap \(namespace)/\(name)")
            }
        case .secret:
            if let found = secret(name) {
                return ObjectData(values: .bytes(found.data ?? [:]), description: "Secret \(namespace)/\(name)")
            }
        }
        if isOptional { return nil }
        throw PendingReference(message: "\(kind == .configMap ? "configmap" : "secret") \"\(name)\" not found")
    }
}

private struct ObjectData {
    enum Values {
        case text([String: String])
        case bytes([String: Base64Bytes])
    }

    let values: Values
    let description: String

    var keys: [String] {
        switch values {
        case .text(let values): Array(values.keys)
        case .bytes(let values): Array(values.keys)
        }
    }

    /// A variable ends at NUL, and what is no text would arrive as something else: neither happens without a word.
    func value(_ key: String) throws(PendingReference) -> String? {
        let value: String
        switch values {
        case .text(let values):
            guard let found = values[key] else { return nil }
            value = found
        case .bytes(let values):
            guard let found = values[key] else { return nil }
            guard let text = String(validating: found.bytes, as: UTF8.self) else {
                throw PendingReference(message: "key \(key) in \(description) is not valid UTF-8")
            }
            value = text
        }
        if value.utf8.contains(0) {
            throw PendingReference(message: "key \(key) in \(description) contains a NUL character")
        }
        return value
    }
}
