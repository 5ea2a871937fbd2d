import ArgumentParser
import Kube

/// `stint top`: what runs use right now.
struct TopVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show the CPU and memory that pods or nodes use.",
        subcommands: [TopPods.self, TopNodes.self])
}

enum TopOrder: String {
    case cpu, memory

    static func parse(_ argument: String) throws -> TopOrder {
        guard let order = TopOrder(rawValue: argument) else {
            throw ValidationError("--sort-by accepts only cpu or memory")
        }
        return order
    }
}

/// What metrics.k8s.io says that something uses.
struct Usage: Equatable, Sendable {
    var cpu = Quantity.zero
    var memory = Quantity.zero

    init() {}

    init(_ tree: JSONValue?) {
        cpu = tree?["cpu"]?.string.flatMap { Quantity($0) } ?? .zero
        memory = tree?["memory"]?.string.flatMap { Quantity($0) } ?? .zero
    }

    static func + (a: Usage, b: Usage) -> Usage {
        var sum = a
        sum.cpu += b.cpu
        sum.memory += b.memory
        return sum
    }

    /// `250m`, `64Mi`.
    var cells: [String] { ["\(cpu.milliValue)m", "\(memory.value / (1024 * 1024))Mi"] }

    /// With how much of what there is that is, in percent; nothing where that is not known.
    func cells(of available: Usage?) -> [String] {
        guard let available else { return cells }
        func share(_ used: Quantity, _ all: Quantity) -> String {
            let (used, all) = (Double(used.milliValue), Double(all.milliValue))
            return "\(all == 0 ? 0 : Int(used / all * 100))%"
        }
        let cells = cells
        return [cells[0], share(cpu, available.cpu), cells[1], share(memory, available.memory)]
    }

    func precedes(_ other: Usage, by order: TopOrder) -> Bool {
        switch order {
        case .cpu: cpu > other.cpu
        case .memory: memory > other.memory
        }
    }
}

enum Metrics {
    static let path = "/apis/metrics.k8s.io/v1beta1"

    /// One object, or a list's items. No such API is no such thing as a missing object.
    static func fetch(_ request: APIRequest, _ client: APIClient) async throws -> [JSONValue] {
        do {
            let answer = try await client.send(request)
            return answer["items"]?.array ?? (answer["items"] == nil ? [answer] : [])
        } catch let status as Status where status.code == 404 && status.details?.name?.isEmpty ?? true {
            throw Failure("Metrics API not available")
        }
    }
}

extension [[String]] {
    /// Lines of cells that each end their column, as kubectl prints usage.
    var usageText: String {
        var text = TabbedText(padding: 3, minimumWidth: 6)
        for line in self { text.line(0, line.map { $0 + "\t" }.joined()) }
        return text.text
    }
}
