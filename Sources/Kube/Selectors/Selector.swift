/// A label selector, from an object (`matchLabels`, `matchExpressions`) or from a URL (`app=x,tier in (a,b),!old`).
/// Every requirement must hold; none means everything matches.
public struct Selector: Hashable, Sendable {
    public let requirements: [LabelRequirement]

    public static let everything = Selector(requirements: [])

    public init(requirements: [LabelRequirement]) { self.requirements = requirements }

    public init(matchLabels: [String: String]) {
        requirements = matchLabels.sorted { $0.key < $1.key }.map {
            LabelRequirement(key: $0.key, operator: .isIn, values: [$0.value])
        }
    }

    /// Nil when an operator is unknown. A missing selector matches nothing (so it is nil too), an empty one everything.
    public init?(_ selector: LabelSelector?) {
        guard let selector else { return nil }
        var all = Selector(matchLabels: selector.matchLabels ?? [:]).requirements
        for expression in selector.matchExpressions ?? [] {
            let operators: [String: LabelRequirement.Operator] = [
                "In": .isIn, "NotIn": .isNotIn, "Exists": .exists, "DoesNotExist": .doesNotExist,
            ]
            guard let known = operators[expression.operator] else { return nil }
            all.append(LabelRequirement(key: expression.key, operator: known, values: expression.values ?? []))
        }
        requirements = all
    }

    public func matches(_ labels: [String: String]?) -> Bool {
        requirements.allSatisfy { $0.matches(labels ?? [:]) }
    }

    public func matches(_ object: some Resource) -> Bool { matches(object.metadata.labels) }
}

extension Selector: CustomStringConvertible {
    public var description: String { requirements.map(\.description).joined(separator: ",") }
}
