extension ManagedFields.Entry {
    var seconds: Int64 { time.map { Int64($0.date.timeIntervalSince1970) } ?? 0 }
}

extension ManagedFields {
    static let maximumUpdaters = 10

    /// Every program that ever touched an object would stay on its list: beyond ten updaters, the oldest are put together,
    /// one entry for each version.
    mutating func capUpdaters() {
        let updaters = entries.filter { $0.key.operation == .update }
        var count = updaters.count
        guard count > Self.maximumUpdaters else { return }
        let oldestFirst = updaters.sorted { a, b in
            let times = (a.value.seconds, b.value.seconds)
            return times.0 == times.1 ? a.key < b.key : times.0 < times.1
        }
        var firsts: [String: ManagerIdentity] = [:]
        for (identity, entry) in oldestFirst where count > Self.maximumUpdaters {
            let bucket = ManagerIdentity(
                manager: "ancient-changes", operation: .update, apiVersion: entry.apiVersion)
            guard let first = firsts[entry.apiVersion] else {
                firsts[entry.apiVersion] = identity
                continue
            }
            let before = entries.count
            var merged = entry
            for other in [first, bucket] {
                if let old = entries.removeValue(forKey: other) { merged.fields.formUnion(old.fields) }
            }
            entries[identity] = nil
            entries[bucket] = merged
            firsts[entry.apiVersion] = bucket
            count -= before - entries.count
        }
    }
}
