/// Who a manager is: the same program that applies and updates, or writes through a subresource, is several.
struct ManagerIdentity: Hashable, Sendable {
    enum Operation: String, Sendable {
        case apply = "Apply"
        case update = "Update"
    }

    var manager: String
    var operation: Operation
    /// Empty for appliers, who stay the same when they apply another version.
    var apiVersion: String
    var subresource: String

    init(manager: String, operation: Operation, apiVersion: String, subresource: String = "") {
        self.manager = manager
        self.operation = operation
        self.apiVersion = operation == .apply ? "" : apiVersion
        self.subresource = subresource
    }

    /// As conflicts name it: `"kubectl" using batch/v1`.
    var description: String {
        let name = subresource.isEmpty ? manager.goQuoted : "\(manager.goQuoted) with subresource \(subresource.goQuoted)"
        return operation == .update ? "\(name) using \(apiVersion)" : name
    }
}

extension ManagerIdentity: Comparable {
    static func < (a: ManagerIdentity, b: ManagerIdentity) -> Bool {
        JSONValue.order(a.sortKey, b.sortKey, by: JSONValue.order) < 0
    }

    private var sortKey: [String] { [manager, operation.rawValue, apiVersion, subresource] }
}
