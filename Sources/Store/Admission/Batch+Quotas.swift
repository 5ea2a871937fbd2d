import Kube

extension Batch {
    /// Counts a change of an object, before it is staged. Every change passes here, whoever makes it: the API, the Job
    /// controller, the node. So what many ask for at the same time cannot be more than a quota allows.
    ///
    /// - Parameters:
    ///   - old: nil of a new object.
    ///   - new: nil of one that goes.
    /// - Throws: the refusal of a quota, of a new object or of one that takes more than before (a claim that grows, a pod
    ///   that is resized).
    func count<R: Resource>(_ old: R?, _ new: R?) throws {
        guard R.type.isNamespaced else { return }
        openQuotas()
        guard !book.pages.isEmpty, let namespace = (new ?? old)?.namespace, let pages = book.pages[namespace] else {
            return
        }
        let affected = pages.filter { $0.value.hard.keys.contains { QuotaUsage.concerns($0, R.type) } }
            .sorted { $0.key < $1.key }
        if affected.isEmpty { return }
        let (before, after) = (old.map { QuotaUsage.of($0) } ?? [:], new.map { QuotaUsage.of($0) } ?? [:])
        if before == after, R.self != Pod.self { return }
        if old == nil, let pod = new as? Pod { try requireAmounts(in: pod, affected) }
        for (name, page) in affected {
            let key = ObjectKey(namespace: namespace, name: name)
            let used = page.used ?? countAll(page, in: namespace)
            let covered = old.map { page.spec.covers($0) } ?? false
            let isCovered = new.map { page.spec.covers($0) } ?? false
            let gone = covered ? before : [:]
            let come = isCovered ? after : [:]
            var change: [String: Quantity] = [:]
            for resource in page.hard.keys where gone[resource] != nil || come[resource] != nil {
                change[resource] = (come[resource] ?? .zero) - (gone[resource] ?? .zero)
            }
            // One that comes under a quota by a change of something else than its resources is counted and not refused.
            if let new, isCovered, old == nil || covered,
                let excess = QuotaUsage.excess(change, used: used, hard: page.hard, quota: name)
            {
                throw StoreError.refused(R.type, name: new.name, excess)
            }
            if change.values.contains(where: { $0 != .zero }) || page.used == nil {
                book.setUsed(used.merging(change, uniquingKeysWith: +), key)
            }
        }
    }

    private func requireAmounts(in pod: Pod, _ affected: [(key: String, value: QuotaBook.Page)]) throws {
        for (name, page) in affected where page.spec.covers(pod) {
            guard let missing = QuotaUsage.omissions(in: pod, under: page.hard) else { continue }
            throw StoreError.refused(Pod.type, name: pod.name, "failed quota: \(name): \(missing)")
        }
    }

    private func countAll(_ page: QuotaBook.Page, in namespace: String) -> [String: Quantity] {
        shelves.used(of: page.spec, in: namespace, with: drafts)
    }

    /// A change of a quota itself, after it was staged.
    func noteQuota<R: Resource>(_ object: R, isRemoval: Bool) {
        guard R.self == ResourceQuota.self, let quota = object as? ResourceQuota else { return }
        openQuotas()
        if isRemoval { book.remove(quota) } else { book.put(quota) }
    }

    /// Writes into quotas what is used of them, where that changed: one update for each quota and commit, whatever it
    /// holds. The last thing that happens to a batch.
    func settleQuotas() throws {
        if book.unsettled.isEmpty { return }
        for key in book.unsettled.sorted(by: { $0.precedes($1) }) {
            let namespace = key.namespace ?? ""
            guard let page = book.pages[namespace]?[key.name] else { continue }
            let used = page.used ?? countAll(page, in: namespace)
            if page.used == nil { book.setUsed(used, key) }
            try writeStatus(ResourceQuotaStatus(hard: page.hard, used: used), of: key)
        }
        book.settled()
    }

    private func openQuotas() {
        guard shelves[ObjectIdentifier(ResourceQuota.self)] != nil else { return }
        book.open(objects(ResourceQuota.self, in: nil))
    }
}

extension [ObjectIdentifier: any AnyShelf] {
    /// Everything a quota bounds, counted from the objects there are.
    ///
    /// - Parameter drafts: with what these plan.
    func used(
        of quota: ResourceQuotaSpec, in namespace: String, with drafts: [ObjectIdentifier: any AnyDraft] = [:]
    ) -> [String: Quantity] {
        let hard = quota.hard ?? [:]
        var used = hard.mapValues { _ in Quantity.zero }
        for (id, shelf) in self {
            let type = shelf.resourceType
            guard type.isNamespaced, hard.keys.contains(where: { QuotaUsage.concerns($0, type) }) else { continue }
            for object in shelf.objects(in: namespace, with: drafts[id]) where quota.covers(object) {
                for (name, amount) in QuotaUsage.of(object) where hard[name] != nil {
                    used[name] = (used[name] ?? .zero) + amount
                }
            }
        }
        return used
    }
}
