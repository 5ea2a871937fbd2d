/// What a pod was to have, and what the kernel holds of it: the annotation ``annotation``, as the node writes it with the
/// start and with every resize. For people, and for `stint describe`; nothing is decided by it.
///
///     pod: cpu request 250m = cpu.weight 35; processes 4096 = pids.max 4096
///     pod/main: cpu limit 250m = cpu.max 25000 100000; memory limit 64Mi = memory.max 67108864
public struct Receipt: Hashable, Sendable {
    public static let annotation = "stint.dev/receipt"

    public struct Item: Hashable, Sendable {
        /// `memory limit 64Mi`
        public var asked: String
        /// The name of a file or a line of the kernel and what it said: `memory.max 67108864`.
        public var kernel: String

        public init(asked: String, kernel: String) {
            self.asked = asked
            self.kernel = kernel
        }

        /// The first one, where they are several.
        var file: Substring { kernel.prefix { $0 != " " } }

        var text: String { "\(asked) = \(kernel)" }
    }

    /// What is known of the pod's own group, `pod`, or of a container, `pod/NAME`.
    public struct Section: Hashable, Sendable {
        public var group: String
        public var items: [Item]

        public init(group: String, items: [Item]) {
            self.group = group
            self.items = items
        }
    }

    public private(set) var sections: [Section] = []

    public init() {}

    public static let podGroup = "pod"
    public static func group(of container: String) -> String { "pod/\(container)" }

    /// In place of what was known of the same files of the group; what is known of others stays.
    public mutating func merge(_ group: String, _ items: [Item]) {
        guard let index = sections.firstIndex(where: { $0.group == group }) else { return set(group, items) }
        for item in items {
            if let place = sections[index].items.firstIndex(where: { $0.file == item.file }) {
                sections[index].items[place] = item
            } else {
                sections[index].items.append(item)
            }
        }
    }

    /// In place of what was known of the group; nothing takes nothing away.
    public mutating func set(_ group: String, _ items: [Item]) {
        guard !items.isEmpty else { return }
        if let index = sections.firstIndex(where: { $0.group == group }) {
            sections[index].items = items
        } else {
            sections.append(Section(group: group, items: items))
        }
    }
}

extension Receipt {
    /// kubectl cuts what is longer off the lines of an annotation.
    static let longestLine = 136

    public var text: String {
        var lines: [String] = []
        for section in sections {
            var line = ""
            for item in section.items {
                if !line.isEmpty, line.utf8.count + 2 + item.text.utf8.count <= Self.longestLine {
                    line += "; \(item.text)"
                } else {
                    if !line.isEmpty { lines.append(line) }
                    line = "\(section.group): \(item.text)"
                }
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    /// Whatever is in the annotation: what is not of its form says nothing.
    public init(parsing text: String) {
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let items = line[line.index(after: colon)...].split(separator: ";").compactMap(Item.init)
            let group = String(line[..<colon])
            set(group, (sections.first { $0.group == group }?.items ?? []) + items)
        }
    }
}

extension Receipt.Item {
    fileprivate init?(_ text: Substring) {
        let words = text.split(separator: " ")
        guard let sign = words.firstIndex(of: "="), sign > 0, sign + 1 < words.count else { return nil }
        asked = words[..<sign].joined(separator: " ")
        kernel = words[(sign + 1)...].joined(separator: " ")
    }
}
