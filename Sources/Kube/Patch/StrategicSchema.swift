/// Which lists of a kind are merged by a key instead of being replaced, and which objects drop members the patch does
/// not retain: upstream's `patchStrategy` and `patchMergeKey` tags (k8s.io/api `core/v1`, `batch/v1`), as one table.
///
/// Paths are written from the object; elements of lists add nothing to the path.
struct StrategicSchema {
    enum List: Hashable {
        /// Elements are objects, told apart by this member.
        case byKey(String)
        /// Elements are plain values: the lists are united.
        case united
    }

    private let lists: [String: List]

    func list(at path: String) -> List? { lists[path] }

    static func of(_ type: ResourceType) -> StrategicSchema {
        switch (type.group, type.kind) {
        case ("", "Pod"): pod
        case ("batch", "Job"): job
        case ("", "Namespace"): namespace
        case ("", "Node"): node
        default: StrategicSchema(lists: metadata())
        }
    }

    private static let pod = StrategicSchema(
        lists: metadata().merging(podSpec("spec")) { a, _ in a }.merging([
            "status.conditions": .byKey("type"), "status.podIPs": .byKey("ip"), "status.hostIPs": .byKey("ip"),
        ]) { a, _ in a })

    private static let job = StrategicSchema(
        lists: metadata().merging(metadata("spec.template.metadata")) { a, _ in a }
            .merging(podSpec("spec.template.spec")) { a, _ in a }
            .merging(["status.conditions": .byKey("type")]) { a, _ in a })

    private static let namespace = StrategicSchema(
        lists: metadata().merging(["status.conditions": .byKey("type")]) { a, _ in a })

    private static let node = StrategicSchema(
        lists: metadata().merging([
            "status.conditions": .byKey("type"), "status.addresses": .byKey("type"), "spec.podCIDRs": .united,
        ]) { a, _ in a })

    private static func metadata(_ path: String = "metadata") -> [String: List] {
        ["\(path).ownerReferences": .byKey("uid"), "\(path).finalizers": .united]
    }

    private static func podSpec(_ path: String) -> [String: List] {
        var lists: [String: List] = [
            "volumes": .byKey("name"), "imagePullSecrets": .byKey("name"), "hostAliases": .byKey("ip"),
            "topologySpreadConstraints": .byKey("topologyKey"), "schedulingGates": .byKey("name"),
            "resourceClaims": .byKey("name"),
        ]
        for containers in ["containers", "initContainers", "ephemeralContainers"] {
            lists[containers] = .byKey("name")
            lists["\(containers).env"] = .byKey("name")
            lists["\(containers).ports"] = .byKey("containerPort")
            lists["\(containers).volumeMounts"] = .byKey("mountPath")
            lists["\(containers).volumeDevices"] = .byKey("devicePath")
        }
        return Dictionary(uniqueKeysWithValues: lists.map { ("\(path).\($0)", $1) })
    }
}
