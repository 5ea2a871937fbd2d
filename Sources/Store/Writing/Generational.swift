import Kube

/// A type whose `metadata.generation` counts the changes of what its objects should be. Types that do not conform have
/// no generation, as upstream.
public protocol Generational: Resource {
    func wantsTheSame(as other: Self) -> Bool
}

extension Job: Generational {
    public func wantsTheSame(as other: Job) -> Bool { spec == other.spec }
}

extension CronJob: Generational {
    public func wantsTheSame(as other: CronJob) -> Bool { spec == other.spec }
}

extension Pod: Generational {
    /// Being given a node is the scheduler's answer, not a new wish.
    public func wantsTheSame(as other: Pod) -> Bool {
        if spec == other.spec { return true }
        var a = spec, b = other.spec
        a.nodeName = nil
        b.nodeName = nil
        return a == b
    }
}

extension Resource {
    /// The generation of this object when it replaces `old`; nil when the type has none.
    func nextGeneration(replacing old: Self?) -> Int64? {
        guard let new = self as? any Generational else { return nil }
        guard let old else { return 1 }
        return new.generation(replacing: old)
    }
}

extension Generational {
    fileprivate func generation(replacing old: any Resource) -> Int64? {
        guard let old = old as? Self else { return nil }
        let generation = old.metadata.generation ?? 1
        return wantsTheSame(as: old) ? generation : generation + 1
    }
}
