import Kube

extension SuccessPolicy {
    /// What the first rule that holds says, in upstream's words (`matchSuccessPolicy`); nil while none does.
    func match(_ completed: CompletionIndexes, completions: Int) -> String? {
        if completed.isEmpty { return nil }
        let place = rules.firstIndex { $0.isMet(by: completed, completions) }
        return place.map { "Matched rules at index \($0)" }
    }
}

extension SuccessPolicyRule {
    /// A rule whose indexes cannot be read, or do not exist, holds never.
    fileprivate func isMet(by completed: CompletionIndexes, _ completions: Int) -> Bool {
        guard let succeededIndexes else { return succeededCount.map { completed.count >= $0 } ?? false }
        let required = CompletionIndexes(succeededIndexes, below: completions)
        if required.isEmpty { return false }
        let met = completed.overlap(with: required)
        return met == required.count || succeededCount.map { met >= $0 } ?? false
    }
}
