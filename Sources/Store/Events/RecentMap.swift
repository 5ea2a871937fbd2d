/// A dictionary that forgets what was not used for a while: of the last `limit` to twice `limit` keys.
struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    init(limit: Int) { self.limit = max(1, limit) }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            self[key] = value
            return value
        }
        set {
            old[key] = nil
            young[key] = newValue
            if young.count >= limit {
                old = young
                young = [:]
            }
        }
    }
}
