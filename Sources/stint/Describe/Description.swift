import Foundation
import Kube

/// What `describe` prints of one object: labelled lines in columns, in kubectl's order and words, because people
/// and their scripts know where to look.
struct Description {
    let console: Console
    private var tabbed = TabbedText()

    init(console: Console) { self.console = console }

    var text: String { tabbed.text }

    /// A line at a level of indentation. Escape sequences that an object may carry are shown, not obeyed.
    mutating func line(_ level: Int = 0, _ text: String) { tabbed.line(level, text.harmless) }

    /// Lines after this one make columns of their own.
    mutating func flush() { tabbed.flush() }

    func printed(_ time: Timestamp?) -> String { time.map { console.printed($0.date) } ?? Self.zeroTime }

    /// How Go prints a time that is not set.
    private static let zeroTime = "Mon, 01 Jan 0001 00:00:00 +0000"

    /// `5m32s`, or `<unknown>`.
    func age(since date: Date?) -> String {
        date.map { HumanDuration.text(console.now().timeIntervalSince($0)) } ?? "<unknown>"
    }

    mutating func labels(_ title: String, _ labels: [String: String]?) {
        let pairs = (labels ?? [:]).sorted { $0.key < $1.key }
        if pairs.isEmpty { line(0, "\(title):\t<none>") }
        for (index, pair) in pairs.enumerated() {
            line(0, "\(index == 0 ? "\(title):" : "")\t\(pair.key)=\(pair.value)")
        }
    }

    mutating func annotations(_ title: String, _ annotations: [String: String]?) {
        let shown = (annotations ?? [:]).filter { $0.key != LastApplied.annotation }.sorted { $0.key < $1.key }
        if shown.isEmpty { line(0, "\(title):\t<none>") }
        for (index, pair) in shown.enumerated() {
            let head = index == 0 ? "\(title):" : ""
            let value = pair.value.hasSuffix("\n") ? String(pair.value.dropLast()) : pair.value
            guard value.utf8.count + pair.key.utf8.count + 2 > Self.longest || value.contains("\n") else {
                line(0, "\(head)\t\(pair.key): \(value)")
                continue
            }
            line(0, "\(head)\t\(pair.key):")
            for part in value.split(separator: "\n", omittingEmptySubsequences: false) {
                let cut =
                    part.utf8.count > Self.longest - 2 ? String(part.prefix(Self.longest - 2)) + "..." : String(part)
                line(0, "\t  \(cut)")
            }
        }
    }

    /// Bytes of an annotation that still fit on its line.
    private static let longest = 140

    mutating func tolerations(_ title: String, _ tolerations: [JSONValue]?) {
        let sorted = (tolerations ?? []).sorted { $0["key"]?.plain ?? "" < $1["key"]?.plain ?? "" }
        if sorted.isEmpty { line(0, "\(title):\t<none>") }
        for (index, toleration) in sorted.enumerated() {
            let (key, value) = (toleration["key"]?.plain ?? "", toleration["value"]?.plain ?? "")
            let effect = toleration["effect"]?.plain ?? ""
            var text = key + (value.isEmpty ? "" : "=\(value)") + (effect.isEmpty ? "" : ":\(effect)")
            if toleration["operator"]?.plain == "Exists", value.isEmpty {
                text += text.isEmpty ? "op=Exists" : " op=Exists"
            }
            if let seconds = toleration["tolerationSeconds"]?.integer { text += " for \(seconds)s" }
            line(0, "\(index == 0 ? "\(title):" : "")\t\(text)")
        }
    }

    mutating func events(_ events: [Event]) {
        guard !events.isEmpty else { return line(0, "Events:\t<none>") }
        flush()
        line(0, "Events:")
        line(1, "Type\tReason\tAge\tFrom\tMessage")
        line(1, "----\t------\t----\t----\t-------")
        let order = events.enumerated().sorted { a, b in
            let (left, right) = (
                a.element.lastTimestamp?.date ?? .distantPast, b.element.lastTimestamp?.date ?? .distantPast
            )
            return left == right ? a.offset < b.offset : left < right
        }
        for (_, event) in order {
            let first = age(since: event.eventTime?.date ?? event.firstTimestamp?.date)
            var interval = first
            if let count = event.count, count > 1 {
                interval = "\(age(since: event.lastTimestamp?.date)) (x\(count) over \(first))"
            }
            let source = event.source?.component.flatMap { $0.isEmpty ? nil : $0 } ?? event.reportingComponent ?? ""
            let path = event.involvedObject.fieldPath.flatMap { $0.isEmpty ? nil : "\($0): " } ?? ""
            let message = path + (event.message ?? "").trimmed
            line(1, "\(event.type ?? "")\t\(event.reason ?? "")\t\(interval)\t\(source)\t\(message)")
        }
    }
}

extension String {
    /// Without power over a terminal: as kubectl shows an escape and a return, and the other control characters alike.
    /// Those of the upper half count, too: U+009B is an escape and a bracket in one.
    var harmless: String {
        guard unicodeScalars.contains(where: \.isCommand) else { return self }
        return unicodeScalars.map { scalar in
            switch scalar {
            case "\r": "\\r"
            case _ where scalar.isCommand && scalar.value < 0x80:
                "^" + String(UnicodeScalar(UInt8(scalar.value ^ 0x40)))
            case _ where scalar.isCommand: "\\x" + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }.joined()
    }
}

extension UnicodeScalar {
    fileprivate var isCommand: Bool {
        switch value {
        case 0x09, 0x0a: false  // which make columns and lines
        case ..<0x20, 0x7f...0x9f: true
        default: false
        }
    }
}
