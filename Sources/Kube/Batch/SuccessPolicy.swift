/// When an Indexed Job has succeeded before all of its indexes have (KEP-3998): as soon as one rule holds.
public struct SuccessPolicy: Codable, Hashable, Sendable {
    public var rules: [SuccessPolicyRule]

    public init(rules: [SuccessPolicyRule]) { self.rules = rules }
}

public struct SuccessPolicyRule: Codable, Hashable, Sendable {
    /// In the notation of `completedIndexes`: `1,3-5,7`.
    public var succeededIndexes: String?
    /// How many have to succeed: of `succeededIndexes` if there are any, otherwise of all.
    public var succeededCount: Int?

    public init(succeededIndexes: String? = nil, succeededCount: Int? = nil) {
        self.succeededIndexes = succeededIndexes
        self.succeededCount = succeededCount
    }
}
