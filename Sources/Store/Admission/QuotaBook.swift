import Kube

/// What is used of every quota, as the writer knows it. A value that belongs to one batch at a time: a plan that is taken
/// back takes back what it counted, and so does a commit that the disk refuses.
///
/// It is the one who counts. What quotas say in their status is written from it in the commit that changed something
/// (`Batch.settleQuotas`), and read by nobody here, so that a daemon that starts counts again from the objects, and nobody
/// who writes a status changes what may be used.
struct QuotaBook {
    struct Page {
        let spec: ResourceQuotaSpec
        /// Nil until something is about to change: then the namespace is counted once.
        var used: [String: Quantity]?

        var hard: [String: Quantity] { spec.hard ?? [:] }
    }

    /// By namespace and name of the quota. A namespace without quotas costs one look.
    private(set) var pages: [String: [String: Page]] = [:]
    /// Quotas whose status may have to be written.
    private(set) var unsettled: Set<ObjectKey> = []
    private var isOpen = false

    /// Reads which quotas there are, once.
    mutating func open(_ quotas: @autoclosure () -> [ResourceQuota]) {
        if isOpen { return }
        isOpen = true
        for quota in quotas() { put(quota) }
    }

    /// A quota that is new or was changed; with other bounds, it is counted anew.
    mutating func put(_ quota: ResourceQuota) {
        let spec = quota.spec ?? ResourceQuotaSpec()
        unsettled.insert(quota.key)
        if pages[quota.namespace]?[quota.name]?.spec == spec { return }
        pages[quota.namespace, default: [:]][quota.name] = Page(spec: spec)
    }

    mutating func remove(_ quota: ResourceQuota) {
        unsettled.remove(quota.key)
        pages[quota.namespace]?[quota.name] = nil
        if pages[quota.namespace]?.isEmpty == true { pages[quota.namespace] = nil }
    }

    mutating func setUsed(_ used: [String: Quantity], _ key: ObjectKey) {
        pages[key.namespace ?? ""]?[key.name]?.used = used
        unsettled.insert(key)
    }

    mutating func settled() { unsettled = [] }
}
