/// What a LimitRange does to new pods and claims (upstream's plugin `LimitRanger`).
extension LimitRange {
    public static let annotation = "kubernetes.io/limit-ranger"

    private func items(_ type: String) -> [LimitRangeItem] { (spec?.limits ?? []).filter { $0.type == type } }

    /// Fills in what the containers of a pod leave open, and notes it.
    public func complete(_ pod: inout Pod) {
        var (limits, requests): ([String: Quantity], [String: Quantity]) = ([:], [:])
        for item in items(LimitRangeItem.container) {
            limits.merge(item.default ?? [:]) { $1 }
            requests.merge(item.defaultRequest ?? [:]) { $1 }
        }
        if limits.isEmpty, requests.isEmpty { return }
        var notes: [String] = []
        for index in pod.spec.containers.indices {
            notes += pod.spec.containers[index].fillIn(limits: limits, requests: requests, "container")
        }
        for index in (pod.spec.initContainers ?? []).indices {
            notes += pod.spec.initContainers?[index].fillIn(limits: limits, requests: requests, "init container") ?? []
        }
        if notes.isEmpty { return }
        let note = "LimitRanger plugin set: \(notes.joined(separator: "; "))"
        pod.metadata.annotations = (pod.metadata.annotations ?? [:]).merging([Self.annotation: note]) { $1 }
    }

    /// What is wrong with a pod. Each once.
    public func problems(of pod: Pod) -> [String] {
        var problems: [String] = []
        for item in spec?.limits ?? [] {
            if item.type == LimitRangeItem.container {
                for container in pod.spec.containers + (pod.spec.initContainers ?? []) {
                    problems += item.problems(
                        requests: container.resources?.requests ?? [:], limits: container.resources?.limits ?? [:])
                }
            } else if item.type == LimitRangeItem.pod {
                let whole = PodResources(pod.spec)
                problems += item.problems(requests: whole.requests, limits: whole.limits)
            }
        }
        var seen: Set<String> = []
        return problems.filter { seen.insert($0).inserted }
    }

    public func problems(of claim: PersistentVolumeClaim) -> [String] {
        let requests = claim.spec.resources?.requests ?? [:]
        return items(LimitRangeItem.claim).flatMap { $0.problems(ofClaimRequesting: requests) }
    }

    /// As Go writes several errors.
    public static func message(_ problems: [String]) -> String? {
        problems.count > 1 ? "[\(problems.joined(separator: ", "))]" : problems.first
    }
}

extension Container {
    /// - Returns: what was done, for people.
    fileprivate mutating func fillIn(
        limits: [String: Quantity], requests: [String: Quantity], _ role: String
    ) -> [String] {
        let own = resources ?? ResourceRequirements()
        let newRequests = requests.filter { own.requests?[$0.key] == nil }
        let newLimits = limits.filter { own.limits?[$0.key] == nil }
        var changed = own
        if !newRequests.isEmpty { changed.requests = (own.requests ?? [:]).merging(newRequests) { $1 } }
        if !newLimits.isEmpty { changed.limits = (own.limits ?? [:]).merging(newLimits) { $1 } }
        resources = changed
        return [("request", newRequests), ("limit", newLimits)].compactMap { word, amounts in
            let names = amounts.keys.sorted().joined(separator: ", ")
            return names.isEmpty ? nil : "\(names) \(word) for \(role) \(name)"
        }
    }
}

extension LimitRangeItem {
    fileprivate func problems(requests: [String: Quantity], limits: [String: Quantity]) -> [String] {
        var problems: [String] = []
        for (name, bound) in (min ?? [:]).sorted(by: { $0.key < $1.key }) {
            problems += tooSmall(name, bound, request: requests[name], limit: limits[name])
        }
        for (name, bound) in (max ?? [:]).sorted(by: { $0.key < $1.key }) {
            problems += tooLarge(name, bound, request: requests[name], limit: limits[name])
        }
        for (name, bound) in (maxLimitRequestRatio ?? [:]).sorted(by: { $0.key < $1.key }) {
            problems += tooFarApart(name, bound, request: requests[name], limit: limits[name])
        }
        return problems
    }

    private func tooSmall(_ name: String, _ bound: Quantity, request: Quantity?, limit: Quantity?) -> [String] {
        let rule = "minimum \(name) usage per \(type) is \(bound)"
        guard let request else { return ["\(rule).  No request is specified"] }
        if request < bound { return ["\(rule), but request is \(request)"] }
        if let limit, limit < bound { return ["\(rule), but limit is \(limit)"] }
        return []
    }

    private func tooLarge(_ name: String, _ bound: Quantity, request: Quantity?, limit: Quantity?) -> [String] {
        let rule = "maximum \(name) usage per \(type) is \(bound)"
        guard let limit else { return ["\(rule).  No limit is specified"] }
        if limit > bound { return ["\(rule), but limit is \(limit)"] }
        if let request, request > bound { return ["\(rule), but request is \(request)"] }
        return []
    }

    private func tooFarApart(_ name: String, _ bound: Quantity, request: Quantity?, limit: Quantity?) -> [String] {
        let rule = "\(name) max limit to request ratio per \(type) is \(bound)"
        guard let request, request.isPositive else { return ["\(rule), but no request is specified or request is 0"] }
        guard let limit, limit.isPositive else { return ["\(rule), but no limit is specified or limit is 0"] }
        let ratio = limit.ratio(to: request)
        guard ratio * 1000 > Double(bound.milliValue) else { return [] }
        return ["\(rule), but provided ratio is \(ratio.sixDigits)"]
    }

    /// A claim has no limits that would mean anything.
    fileprivate func problems(ofClaimRequesting requests: [String: Quantity]) -> [String] {
        var problems: [String] = []
        for (name, bound) in (min ?? [:]).sorted(by: { $0.key < $1.key }) {
            problems += tooSmall(name, bound, request: requests[name], limit: nil)
        }
        for (name, bound) in (max ?? [:]).sorted(by: { $0.key < $1.key }) {
            let rule = "maximum \(name) usage per \(type) is \(bound)"
            if let request = requests[name] {
                if request > bound { problems.append("\(rule), but request is \(request)") }
            } else {
                problems.append("\(rule).  No request is specified")
            }
        }
        return problems
    }
}
