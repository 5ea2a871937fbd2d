extension Shapes {
    /// An object laid over another. Nothing is removed; where both have a leaf, the applied one counts. Elements of shared
    /// lists that both have come in the applied order, and those that only the live object has keep their places among
    /// them.
    func merge(_ applied: JSONValue, over live: JSONValue, _ shape: Shape) -> JSONValue {
        let shape = settle(shape, applied)
        guard !shape.isAtomic else { return applied }
        switch (shape, live, applied) {
        case (.list(let type, let keys), .array(let old), .array(let new)) where !(old.isEmpty && new.isEmpty):
            return .array(merge(new, over: old, type, keys))
        case (.list, .array(let old), .null) where !old.isEmpty: return live
        case (.message, .object(let old), .object(let new)), (.map, .object(let old), .object(let new)),
            (.deducedMap, .object(let old), .object(let new)):
            var result = old
            for (name, value) in new {
                result[name] = old[name].map { merge(value, over: $0, member(name, of: shape).shape) } ?? value
            }
            return .object(result)
        // Null is an object without members: it takes nothing away from one that has some.
        case (.message, .object(let old), .null) where !old.isEmpty: return live
        case (.map, .object(let old), .null) where !old.isEmpty: return live
        case (.deducedMap, .object(let old), .null) where !old.isEmpty: return live
        default: return applied
        }
    }

    private func merge(
        _ new: [JSONValue], over old: [JSONValue], _ type: FieldType, _ keys: ListType
    ) -> [JSONValue] {
        let shape = shape(of: type)
        let (oldIndex, newIndex) = (index(old, type, keys), index(new, type, keys))
        // Elements that both have, in the order in which they will come.
        let shared = newIndex.steps.compactMap { $0 }.filter { oldIndex.elements[$0] != nil }
        var nextShared = 0
        var result: [JSONValue] = []
        var taken: Set<PathElement> = []

        func take(_ position: Int) {
            guard let step = newIndex.steps[position] else { return result.append(new[position]) }
            taken.insert(step)
            // An element that the live object has more than once is replaced: there is no one to merge with.
            if let elements = oldIndex.elements[step], elements.count == 1 {
                result.append(merge(new[position], over: elements[0], shape))
            } else {
                result.append(new[position])
            }
            if nextShared < shared.count, shared[nextShared] == step { nextShared += 1 }
        }

        // 1. Where both lists stand at the same element, it is merged.
        // 2. A live element that is not applied is kept.
        // 3. A live element whose turn among the shared ones has not come, or is over, is passed over.
        // 4. Else the applied elements before the shared one go first.
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count {
                let step = oldIndex.steps[left]
                if right < new.count, step != nil, step == newIndex.steps[right] {
                    take(right)
                    left += 1
                    right += 1
                    continue
                }
                guard let step, newIndex.elements[step] != nil else {
                    result.append(old[left])
                    left += 1
                    continue
                }
                if right < new.count, nextShared < shared.count, shared[nextShared] != step {
                    left += 1
                    continue
                }
                if taken.contains(step) || right == new.count { left += 1 }
            }
            if right < new.count {
                take(right)
                right += 1
            }
        }
        return result
    }
}
