/// One condition on the labels of an object.
public struct LabelRequirement: Hashable, Sendable {
    public enum Operator: Hashable, Sendable {
        case isIn
        /// Also true of objects without the label.
        case isNotIn
        case exists
        case doesNotExist
        case isGreater
        case isLess
    }

    public let key: String
    public let `operator`: Operator
    public let values: [String]

    public func matches(_ labels: [String: String]) -> Bool {
        let value = labels[key]
        switch `operator` {
        case .isIn: return value.map { values.contains($0) } ?? false
        case .isNotIn: return value.map { !values.contains($0) } ?? true
        case .exists: return value != nil
        case .doesNotExist: return value == nil
        case .isGreater, .isLess:
            guard let value, let found = Int64(value), let bound = Int64(values[0]) else { return false }
            return `operator` == .isGreater ? found > bound : found < bound
        }
    }
}

extension LabelRequirement: CustomStringConvertible {
    public var description: String {
        switch `operator` {
        case .isIn where values.count == 1: "\(key)=\(values[0])"
        case .isIn: "\(key) in (\(values.joined(separator: ",")))"
        case .isNotIn where values.count == 1: "\(key)!=\(values[0])"
        case .isNotIn: "\(key) notin (\(values.joined(separator: ",")))"
        case .exists: key
        case .doesNotExist: "!\(key)"
        case .isGreater: "\(key)>\(values[0])"
        case .isLess: "\(key)<\(values[0])"
        }
    }
}
