import Foundation

/// What the server answers to clients that ask for columns instead of objects (`meta.k8s.io/v1` Table).
public struct Table: Codable, Hashable, Sendable {
    public static let apiVersion = "meta.k8s.io/v1"

    public var kind: String? = "Table"
    public var apiVersion: String? = Table.apiVersion
    public var metadata: ListMeta? = ListMeta()
    public var columnDefinitions: [TableColumn]
    public var rows: [TableRow]

    public init(columnDefinitions: [TableColumn], rows: [TableRow], metadata: ListMeta = ListMeta()) {
        self.columnDefinitions = columnDefinitions
        self.rows = rows
        self.metadata = metadata
    }
}

/// One column. Priority 0 is always shown, higher ones with `-o wide`.
public struct TableColumn: Codable, Hashable, Sendable {
    public var name: String
    /// An OpenAPI type: `string`, `integer`, …
    public var type: String
    public var format: String
    public var description: String
    public var priority: Int

    public init(
        _ name: String, type: String = "string", format: String = "", priority: Int = 0, _ description: String
    ) {
        self.name = name
        self.type = type
        self.format = format
        self.description = description
        self.priority = priority
    }

    static let name = TableColumn(
        "Name", format: "name",
        "Name must be unique within a namespace. Is required when creating resources, although some resources may "
            + "allow a client to request the generation of an appropriate name automatically. Name is primarily "
            + "intended for creation idempotence and configuration definition. Cannot be updated.")
    static let age = TableColumn(
        "Age",
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is not "
            + "guaranteed to be set in happens-before order across separate operations. Clients may not set this "
            + "value. It is represented in RFC3339 form and is in UTC.")
}

public struct TableRow: Codable, Hashable, Sendable {
    /// Strings and whole numbers, one for each column.
    public var cells: [JSONValue]
    public var conditions: [TableRowCondition]?
    /// The object, its metadata alone (`PartialObjectMetadata`), or nothing, as the client asked.
    public var object: JSONValue?

    public init(cells: [JSONValue], conditions: [TableRowCondition]? = nil, object: JSONValue? = nil) {
        self.cells = cells
        self.conditions = conditions
        self.object = object
    }
}

/// Says that a row is of a finished object.
public struct TableRowCondition: Codable, Hashable, Sendable {
    public var type: String
    public var status: String
    public var reason: String?
    public var message: String?

    public init(type: String, status: String, reason: String? = nil, message: String? = nil) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
    }
}

/// A kind that can be shown as a table.
public protocol Tabular: Resource {
    static var columns: [TableColumn] { get }
    /// In the order of `columns`.
    func cells(now: Date) -> [JSONValue]
    var rowConditions: [TableRowCondition]? { get }
}

extension Tabular {
    public var rowConditions: [TableRowCondition]? { nil }
}

extension Table {
    /// What the rows carry beside their cells (`includeObject` in the URL).
    public enum IncludedObject: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    public init<R: Tabular>(
        of objects: [R], metadata: ListMeta = ListMeta(), include: IncludedObject = .metadata, now: Date
    ) throws(JSONError) {
        var rows: [TableRow] = []
        for object in objects {
            rows.append(
                TableRow(
                    cells: object.cells(now: now), conditions: object.rowConditions,
                    object: try Self.included(object, include)))
        }
        self.init(columnDefinitions: R.columns, rows: rows, metadata: metadata)
    }

    private static func included(_ object: some Resource, _ include: IncludedObject) throws(JSONError) -> JSONValue? {
        switch include {
        case .none: nil
        case .object: try KubeJSON.tree(of: object)
        case .metadata:
            [
                "kind": "PartialObjectMetadata", "apiVersion": .string(apiVersion),
                "metadata": try KubeJSON.tree(of: object.metadata),
            ]
        }
    }
}
