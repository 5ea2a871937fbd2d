extension FieldManager {
    /// A write that changes nothing must not be one: when only the times of the entries differ from the live ones and the
    /// rest of the object is the same, the live times count (upstream's `IgnoreManagedFieldsTimestampsTransformer`).
    ///
    /// `apply` and `update` do this for the trees they see. Decoding and defaulting can make two objects the same that were
    /// not (`1000m` and `1`), so the API asks again with what it is about to store.
    public static func keepingTimes(of new: JSONValue, from live: JSONValue) -> JSONValue {
        guard let list = new.managedFields?.array, let old = live.managedFields?.array, isSame(list, old),
            new.withoutManagedFields.isSame(as: live.withoutManagedFields)
        else { return new }
        return new.settingManagedFields(old)
    }

    func keepingTimes(_ list: [JSONValue]?, of live: JSONValue?, isUnchanged: Bool) -> [JSONValue]? {
        guard isUnchanged, let list, let old = live?.managedFields?.array, Self.isSame(list, old) else { return list }
        return old
    }

    private static func isSame(_ new: [JSONValue], _ old: [JSONValue]) -> Bool {
        new.count == old.count && zip(new, old).allSatisfy { $0.withoutTime.isSame(as: $1.withoutTime) }
    }
}

extension JSONValue {
    fileprivate var withoutTime: JSONValue {
        guard case .object(var members) = self else { return self }
        members["time"] = nil
        return .object(members)
    }
}
