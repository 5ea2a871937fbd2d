/// Where a field is, as error messages name it: `spec.template.spec.containers[0].name`, `metadata.labels[a/b]`.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let description: String

    public init(_ text: String) { description = text }
    public init(stringLiteral text: String) { description = text }

    /// A field of this one.
    public static func / (path: FieldPath, name: String) -> FieldPath { FieldPath("\(path.description).\(name)") }

    /// An element of this list.
    public subscript(_ index: Int) -> FieldPath { FieldPath("\(description)[\(index)]") }

    /// An entry of this map.
    public subscript(key key: String) -> FieldPath { FieldPath("\(description)[\(key)]") }
}
