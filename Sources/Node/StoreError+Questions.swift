import Store

extension StoreError {
    /// The object is not there any more.
    var isNotFound: Bool {
        guard case .notFound = self else { return false }
        return true
    }

    /// Somebody else wrote first, or it is another object of the same name by now.
    var isConflict: Bool {
        guard case .conflict = self else { return false }
        return true
    }
}
