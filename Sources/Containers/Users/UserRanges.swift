import Launch

/// Which ids of the host a pod gets. Pure.
enum UserRanges {
    /// The lowest range that nobody has.
    ///
    /// - Parameters:
    ///   - taken: of other pods.
    ///   - foreign: ids that the host gave to others.
    static func choose(taken: Set<UserRange>, foreign: [ClosedRange<UInt64>]) -> UserRange? {
        let taken = Set(taken.map { $0.first / UserRange.count })
        for number in UserRange.numbers where !taken.contains(number) {
            let first = UInt64(number) * UInt64(UserRange.count)
            let own = first...(first + UInt64(UserRange.count) - 1)
            if !foreign.contains(where: { $0.overlaps(own) }) { return UserRange(number: number) }
        }
        return nil
    }

    /// What subuid(5) and subgid(5) give to users of the host: `name:first:count`. Other lines mean nothing.
    static func foreign(_ text: String) -> [ClosedRange<UInt64>] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 3, let first = UInt64(fields[1]), let count = UInt64(fields[2]), count > 0,
                first <= UInt64(UInt32.max), count <= UInt64(UInt32.max)
            else { return nil }
            return first...(first + count - 1)
        }
    }
}
