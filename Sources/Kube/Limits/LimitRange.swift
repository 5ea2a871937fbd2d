/// A LimitRange (v1): what containers, pods and claims of a namespace ask for when they do not say, and may ask for.
public struct LimitRange: Resource {
    public static let type = ResourceType(
        kind: "LimitRange", plural: "limitranges", singular: "limitrange", shortNames: ["limits"])

    public var apiVersion: String? = LimitRange.type.apiVersion
    public var kind: String? = LimitRange.type.kind
    public var metadata: ObjectMeta
    public var spec: LimitRangeSpec?

    public init(metadata: ObjectMeta, spec: LimitRangeSpec) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct LimitRangeSpec: Codable, Hashable, Sendable {
    public var limits: [LimitRangeItem]

    public init(limits: [LimitRangeItem]) { self.limits = limits }
}

/// Bounds for one sort of thing, by resource name.
public struct LimitRangeItem: Codable, Hashable, Sendable {
    /// `Container`, `Pod` or `PersistentVolumeClaim`.
    public var type: String
    public var max: [String: Quantity]?
    public var min: [String: Quantity]?
    /// Limits of containers that have none.
    public var `default`: [String: Quantity]?
    public var defaultRequest: [String: Quantity]?
    /// How many times its request a limit may be.
    public var maxLimitRequestRatio: [String: Quantity]?

    public init(type: String) { self.type = type }

    static let container = "Container"
    static let pod = "Pod"
    static let claim = "PersistentVolumeClaim"
}

extension LimitRange: Strategic {
    /// Upstream's `SetDefaults_LimitRangeItem`: the largest limit is the default one, the default limit the default
    /// request, and where there is no limit the smallest request is.
    public mutating func applyDefaults() {
        for index in (spec?.limits ?? []).indices where spec?.limits[index].type == LimitRangeItem.container {
            spec?.limits[index].applyDefaults()
        }
    }

    public func validate() -> [FieldError] {
        metadata.validate(checkName: Names.problemsOfSubdomain) + validateSpec()
    }

    public func validateUpdate(old: LimitRange) -> [FieldError] {
        metadata.validateUpdate(old: old.metadata) + validateSpec()
    }

    private func validateSpec() -> [FieldError] {
        var errors: [FieldError] = []
        var types: Set<String> = []
        for (index, item) in (spec?.limits ?? []).enumerated() {
            let path = FieldPath("spec.limits")[index]
            errors += item.validateType(path / "type")
            if !types.insert(item.type).inserted { errors.append(.duplicate(path / "type", .string(item.type))) }
            errors += item.validate(path)
        }
        return errors
    }
}

extension LimitRangeItem {
    fileprivate mutating func applyDefaults() {
        let limits = (max ?? [:]).merging(self.default ?? [:]) { $1 }
        let requests = (min ?? [:]).merging(limits) { $1 }.merging(defaultRequest ?? [:]) { $1 }
        self.default = limits.isEmpty ? self.default : limits
        defaultRequest = requests.isEmpty ? defaultRequest : requests
    }

    fileprivate func validateType(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = Names.problemsOfQualifiedName(type).map { .invalid(path, .string(type), $0) }
        if !type.contains("/"), ![Self.container, Self.pod, Self.claim].contains(type) {
            errors.append(.invalid(path, .string(type), "must be a standard limit type or fully qualified"))
        }
        return errors
    }

    fileprivate func validate(_ path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        func checkNames(_ amounts: [String: Quantity]?, _ field: String) {
            for name in (amounts ?? [:]).keys.sorted() {
                let path = (path / field)[key: name]
                errors +=
                    [Self.container, Self.pod].contains(type)
                    ? ResourceNames.validateForContainers(name, path) : ResourceNames.validate(name, path)
            }
        }
        checkNames(max, "max")
        checkNames(min, "min")
        if type == Self.pod {
            for (field, amounts) in [("default", self.default), ("defaultRequest", defaultRequest)]
            where amounts?.isEmpty == false {
                errors.append(.forbidden(path / field, "may not be specified when `type` is 'Pod'"))
            }
        } else {
            checkNames(self.default, "default")
            checkNames(defaultRequest, "defaultRequest")
        }
        if type == Self.claim, min?["storage"] == nil, max?["storage"] == nil {
            errors.append(
                .required(
                    path / "limits",
                    "either minimum or maximum storage value is required, but neither was provided"))
        }
        checkNames(maxLimitRequestRatio, "maxLimitRequestRatio")
        let names = [max, min, self.default, defaultRequest, maxLimitRequestRatio].flatMap { $0?.keys.sorted() ?? [] }
        for name in Set(names).sorted() { errors += validateOrder(of: name, path) }
        return errors
    }

    /// Upstream's rules in its order, with the value that it shows.
    private func validateOrder(of name: String, _ path: FieldPath) -> [FieldError] {
        let (low, high) = (min?[name], max?[name])
        let isForPods = type == Self.pod
        let (limit, request) = (isForPods ? nil : self.default?[name], isForPods ? nil : defaultRequest?[name])
        var errors: [FieldError] = []
        /// - Parameter shown: in the error.
        func inOrder(
            _ small: (Quantity?, String), _ large: (Quantity?, String), _ field: String, shown: Quantity?
        ) {
            guard let a = small.0, let b = large.0, a > b else { return }
            errors.append(
                .invalid(
                    (path / field)[key: name], .string(shown?.text ?? ""),
                    "\(small.1) value \(a) is greater than \(large.1) value \(b)"))
        }
        inOrder((low, "min"), (high, "max"), "min", shown: low)
        inOrder((low, "min"), (request, "default request"), "defaultRequest", shown: request)
        inOrder((request, "default request"), (high, "max"), "defaultRequest", shown: request)
        inOrder((request, "default request"), (limit, "default limit"), "defaultRequest", shown: request)
        inOrder((low, "min"), (limit, "default"), "default", shown: low)
        inOrder((limit, "default"), (high, "max"), "default", shown: high)
        return errors + validateRatio(of: name, low, high, (path / "maxLimitRequestRatio")[key: name])
    }

    private func validateRatio(
        of name: String, _ low: Quantity?, _ high: Quantity?, _ path: FieldPath
    ) -> [FieldError] {
        guard let ratio = maxLimitRequestRatio?[name] else { return [] }
        var errors: [FieldError] = []
        if ratio < Quantity(value: 1) {
            errors.append(.invalid(path, .string(ratio.text), "ratio \(ratio) is less than 1"))
        }
        if let low, let high {
            let bound = high.ratio(to: low)
            if Double(ratio.milliValue) / 1000 > bound {
                errors.append(
                    .invalid(
                        path, .string(ratio.text), "ratio \(ratio) is greater than max/min = \(bound.sixDigits)"))
            }
        }
        return errors
    }
}

extension Quantity {
    /// Infinite when the other is nothing.
    func ratio(to other: Quantity) -> Double { Double(nano) / Double(other.nano) }
}

extension Double {
    /// As Go's `%f` writes it.
    var sixDigits: String {
        guard isFinite, magnitude < 1e12 else { return "\(self)" }
        let millionths = Int64((magnitude * 1_000_000).rounded())
        let fraction = String(millionths % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        return "\(self < 0 ? "-" : "")\(millionths / 1_000_000).\(zeros)\(fraction)"
    }
}
