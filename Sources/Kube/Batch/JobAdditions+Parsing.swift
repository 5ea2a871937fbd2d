/// Why a value of ``StintAnnotation`` cannot be read, in words for its author.
public struct AdditionError: Error, Hashable {
    public let words: String

    init(_ words: String) { self.words = words }
}

extension OOMRetry {
    public init(parsing text: String) throws(AdditionError) {
        var factor = 1.5
        var maximum: Quantity?
        var attempts = 3
        for (key, value) in try AdditionText.pairs(text, keys: ["factor", "max", "attempts"]) {
            switch key {
            case "factor": factor = try AdditionText.number(value, key, above: 1)
            case "attempts": attempts = try AdditionText.count(value, key)
            default: maximum = try AdditionText.bytes(value, key)
            }
        }
        self.init(factor: factor, maximum: maximum, attempts: attempts)
    }
}

extension BackoffPolicy {
    public init(parsing text: String) throws(AdditionError) {
        self.init()
        for (key, value) in try AdditionText.pairs(text, keys: ["base", "factor", "max", "jitter"]) {
            switch key {
            case "base": base = try AdditionText.seconds(value, key)
            case "max": maximum = try AdditionText.seconds(value, key)
            case "factor":
                factor = try AdditionText.number(value, key)
                if factor < 1 { throw AdditionError("factor must be at least 1, not \"\(value)\"") }
            default:
                jitter = try AdditionText.number(value, key)
                if jitter > 1 { throw AdditionError("jitter must be from 0 to 1, not \"\(value)\"") }
            }
        }
        if maximum < base { throw AdditionError("max must not be shorter than base") }
    }
}

extension TTLByOutcome {
    public init(parsing text: String) throws(AdditionError) {
        self.init()
        for (key, value) in try AdditionText.pairs(text, keys: ["succeeded", "failed"]) {
            let seconds = Int64(try AdditionText.seconds(value, key))
            if key == "succeeded" { succeeded = seconds } else { failed = seconds }
        }
    }
}

extension DeadlineSignal {
    /// Signals by name, as kill(1) lists them; those that cannot be caught would be no warning.
    static let signals: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "USR1": 10, "USR2": 12, "ALRM": 14, "TERM": 15, "CONT": 18,
        "WINCH": 28,
    ]

    public init(parsing text: String) throws(AdditionError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw AdditionError("must be a signal and a time, such as SIGUSR1@60s") }
        let name = parts[0].hasPrefix("SIG") ? String(parts[0].dropFirst(3)) : parts[0]
        guard let signal = Self.signals[name] else {
            let known = Self.signals.keys.sorted().map { "SIG" + $0 }.joined(separator: ", ")
            throw AdditionError("\"\(parts[0])\" is not one of the signals \(known)")
        }
        let lead = Int64(try AdditionText.seconds(parts[1], "the time"))
        if lead < 1 { throw AdditionError("the time must be at least 1s") }
        self.init(signal: signal, lead: lead)
    }
}

extension CronGroup {
    public init(parsing text: String) throws(AdditionError) {
        var name: String?
        var maximum = 1
        for (key, value) in try AdditionText.pairs(text, keys: ["name", "max"]) {
            if key == "name" { name = value } else { maximum = try AdditionText.count(value, key) }
        }
        guard let name, !name.isEmpty else { throw AdditionError("must have a name, such as name=backups,max=2") }
        if maximum < 1 { throw AdditionError("max must be at least 1") }
        self.init(name: name, maximum: maximum)
    }
}

/// The small language of the annotations: `key=value` pairs, durations with days, counts.
enum AdditionText {
    static func pairs(_ text: String, keys: [String]) throws(AdditionError) -> [(key: String, value: String)] {
        var found: [(key: String, value: String)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.trimmingPrefix { $0 == " " } }
            let key = String(halves[0])
            guard halves.count == 2, keys.contains(key) else {
                throw AdditionError("\"\(part)\" is none of \(keys.map { $0 + "=…" }.joined(separator: ", "))")
            }
            if found.contains(where: { $0.key == key }) { throw AdditionError("\(key) is given twice") }
            found.append((key, String(halves[1])))
        }
        return found
    }

    /// Seconds of a duration: Go's (`1h30m`, `250ms`), or days (`7d`).
    static func seconds(_ text: String, _ key: String) throws(AdditionError) -> Double {
        if text.hasSuffix("d"), let days = Int64(text.dropLast()), (0...36500).contains(days) {
            return Double(days) * 86400
        }
        guard let nanoseconds = GoDuration.parse(text), nanoseconds >= 0 else {
            throw AdditionError("\(key) must be a duration such as 90s, 10m or 7d, not \"\(text)\"")
        }
        return Double(nanoseconds) / 1e9
    }

    static func number(_ text: String, _ key: String, above bound: Double? = nil) throws(AdditionError) -> Double {
        guard let number = Double(text), number.isFinite, number >= 0, number <= 1000 else {
            throw AdditionError("\(key) must be a number, not \"\(text)\"")
        }
        if let bound, number <= bound { throw AdditionError("\(key) must be more than \(Int(bound)), not \"\(text)\"") }
        return number
    }

    static func count(_ text: String, _ key: String) throws(AdditionError) -> Int {
        guard let count = Int(text), (0...1000).contains(count) else {
            throw AdditionError("\(key) must be a whole number up to 1000, not \"\(text)\"")
        }
        return count
    }

    static func bytes(_ text: String, _ key: String) throws(AdditionError) -> Quantity {
        guard let quantity = Quantity(text), quantity > .zero else {
            throw AdditionError("\(key) must be an amount of memory such as 2Gi, not \"\(text)\"")
        }
        return quantity
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
    public var startDeadline: Double? {
        addition(StintAnnotation.startDeadline) { text in try AdditionText.seconds(text, "the start deadline") }
    }
}

extension CronJob {
    /// Seconds.
    public var cronSpread: Double? {
        addition(StintAnnotation.cronSpread) { text in try AdditionText.seconds(text, "the spread") }
    }

    public var cronCatchUp: CronCatchUp {
        metadata.annotations?[StintAnnotation.cronCatchUp].flatMap(CronCatchUp.init(rawValue:)) ?? .last
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
