/// Why a value of ``StintAnnotation`` cannot be read, in words for its author.
public struct AdditionError: Error, Hashable {
    public let words: String

    init(_ words: String) { self.words = words }
}

extension OOMRetry {
    public init(parsing text: String) throws(AdditionError) {
        self.init(factor: 1.5, maximum: nil, attempts: 3)
        for (key, value) in try AdditionText.pairs(text, keys: ["factor", "max", "attempts"]) {
            switch key {
            case "factor":
                factor = try AdditionText.number(value, key, in: 1...1000)
                if factor == 1 { throw AdditionError("factor must be more than 1, not \(value.goQuoted)") }
            case "attempts": attempts = try AdditionText.count(value, key, in: 0...1000)
            default: maximum = try AdditionText.bytes(value, key)
            }
        }
    }
}

extension BackoffPolicy {
    public init(parsing text: String) throws(AdditionError) {
        self.init()
        var written: Double?
        for (key, value) in try AdditionText.pairs(text, keys: ["base", "factor", "max", "jitter"]) {
            switch key {
            case "base": base = try AdditionText.seconds(value, key)
            case "max": written = try AdditionText.seconds(value, key)
            case "factor": factor = try AdditionText.number(value, key, in: 1...1000)
            default: jitter = try AdditionText.number(value, key, in: 0...1)
            }
        }
        if let written, written < base { throw AdditionError("max must not be shorter than base") }
        // Who asks for a long base and for no maximum does not mean upstream's.
        maximum = written ?? max(maximum, base)
    }
}

extension TTLByOutcome {
    public init(parsing text: String) throws(AdditionError) {
        self.init()
        for (key, value) in try AdditionText.pairs(text, keys: ["succeeded", "failed"]) {
            let seconds = try AdditionText.wholeSeconds(value, key)
            if key == "succeeded" { succeeded = seconds } else { failed = seconds }
        }
    }
}

extension DeadlineSignal {
    /// Signals that can be caught and are meant for programs; another would be no warning.
    static let signals: Set = ["HUP", "INT", "QUIT", "ABRT", "USR1", "USR2", "ALRM", "TERM", "CONT", "WINCH"]

    public init(parsing text: String) throws(AdditionError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map {
            AdditionText.trimmed($0)
        }
        guard parts.count == 2 else { throw AdditionError("must be a signal and a time, such as SIGUSR1@60s") }
        let name = parts[0].hasPrefix("SIG") ? String(parts[0].dropFirst(3)) : parts[0]
        guard Self.signals.contains(name), let signal = SignalName.number(name) else {
            let known = Self.signals.sorted().map { "SIG" + $0 }.joined(separator: ", ")
            throw AdditionError("\(parts[0].goQuoted) is not one of the signals \(known)")
        }
        let lead = try AdditionText.wholeSeconds(parts[1], "the time")
        if lead < 1 { throw AdditionError("the time must be at least 1s") }
        self.init(signal: signal, lead: lead)
    }
}

extension CronCatchUp {
    public init(parsing text: String) throws(AdditionError) {
        guard let known = Self(rawValue: AdditionText.trimmed(text)) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw AdditionError("must be one of \(names)")
        }
        self = known
    }
}

extension CronGroup {
    public init(parsing text: String) throws(AdditionError) {
        var name = ""
        var maximum = 1
        for (key, value) in try AdditionText.pairs(text, keys: ["name", "max"]) {
            if key == "name" { name = value } else { maximum = try AdditionText.count(value, key, in: 1...1000) }
        }
        if name.isEmpty { throw AdditionError("must have a name, such as name=backups,max=2") }
        if let problem = Names.problemsOfLabelValue(name).first { throw AdditionError("name: \(problem)") }
        self.init(name: name, maximum: maximum)
    }
}

extension Job {
    public var oomRetry: OOMRetry? { addition(StintAnnotation.oomRetry, OOMRetry.init(parsing:)) }
    public var backoffPolicy: BackoffPolicy? { addition(StintAnnotation.backoff, BackoffPolicy.init(parsing:)) }
    public var ttlByOutcome: TTLByOutcome? { addition(StintAnnotation.ttl, TTLByOutcome.init(parsing:)) }
}

extension Pod {
    public var deadlineSignal: DeadlineSignal? {
        addition(StintAnnotation.deadlineSignal, DeadlineSignal.init(parsing:))
    }

    /// Seconds from the pod's creation within which its containers must have been started.
    public var startDeadline: Double? { addition(StintAnnotation.startDeadline, AdditionText.startDeadline) }
}

extension CronJob {
    /// Seconds.
    public var cronSpread: Double? { addition(StintAnnotation.cronSpread, AdditionText.cronSpread) }

    public var cronCatchUp: CronCatchUp {
        addition(StintAnnotation.cronCatchUp, CronCatchUp.init(parsing:)) ?? .last
    }

    public var cronGroup: CronGroup? { addition(StintAnnotation.cronGroup, CronGroup.init(parsing:)) }
}

extension Resource {
    /// Nil for an annotation that is not there, or that validation would refuse.
    fileprivate func addition<T>(_ key: String, _ parse: (String) throws -> T) -> T? {
        guard let text = metadata.annotations?[key] else { return nil }
        return try? parse(text)  // refused at the API; what is stored otherwise counts as not written
    }
}
