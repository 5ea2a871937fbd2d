import Foundation
import Kube

/// One write of a ``Store/commit(_:)``.
public enum StoreWrite: Sendable {
    case create(any Resource)
    case update(any Resource)
    case delete(any Resource.Type, ObjectKey, DeleteOptions)
    /// Enters an attempt in the ledger with the end of its log, unless it is there.
    case record(AttemptRecord, log: Data? = nil)
}

extension Batch {
    func perform(_ write: StoreWrite) throws -> (any Resource)? {
        switch write {
        case .create(let object): return try create(object)
        case .update(let object): return try update(object)
        case .delete(let type, let key, let options): return try delete(erased: type, key, options)
        case .record(let attempt, let log):
            try record(attempt, log: log)
            return nil
        }
    }

    private func delete(erased type: any Resource.Type, _ key: ObjectKey, _ options: DeleteOptions) throws
        -> any Resource
    {
        func open<R: Resource>(_ type: R.Type) throws -> any Resource { try delete(type, key, options) }
        return try open(type)
    }
}
