import Kube

/// One thing a watch tells its reader.
public enum WatchEvent<R: Resource>: Hashable, Sendable {
    case added(R)
    case modified(R)
    /// The object as it last was, with the resourceVersion of its removal.
    case deleted(R)
    /// Everything up to this revision has been told.
    case bookmark(Int64)
}

extension WatchEvent {
    /// What a change means for a reader who sees only objects that pass a filter: an object that starts to pass is
    /// added for him, one that stops is deleted. Nil when he sees neither side.
    init?(_ change: Change<R>, filter: (@Sendable (R) -> Bool)?) {
        let passed = change.old.map { filter?($0.object) ?? true } ?? false
        let passes = change.new.map { filter?($0.object) ?? true } ?? false
        switch (passed, passes) {
        case (false, false): return nil
        case (false, true): self = .added(change.current.object)
        case (true, true): self = .modified(change.current.object)
        case (true, false): self = .deleted(change.current.object)
        }
    }
}
