import ArgumentParser

/// A length of time as kubectl's flags take it (Go's time.ParseDuration): `300s`, `1m30s`, `1.5h`, `0`, `-1s`.
struct GoDuration: Equatable, Sendable, ExpressibleByArgument {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument text: String) {
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if rest == "0" {
            self.seconds = 0
            return
        }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest.removeFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest.removeFirst(unit.count)
            switch unit {
            case "h": total += number * 3600
            case "m": total += number * 60
            case "s": total += number
            case "ms": total += number / 1e3
            case "us", "µs", "μs": total += number / 1e6
            case "ns": total += number / 1e9
            default: return nil
            }
        }
        self.seconds = isNegative ? -total : total
    }

    var defaultValueDescription: String { seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s" }
}
