import ArgumentParser
import Kube

/// What `--for` waits for.
enum WaitCondition: Equatable, Sendable, ExpressibleByArgument {
    case created
    case deleted
    /// A condition in the status, compared without regard to case.
    case condition(String, is: String)
    /// A JSONPath expression that gives this value, or any when nil.
    case jsonPath(String, is: String?)

    init?(argument: String) {
        if argument.lowercased() == "create" {
            self = .created
        } else if argument.lowercased() == "delete" {
            self = .deleted
        } else if argument.hasPrefix("condition=") {
            let parts = argument.dropFirst("condition=".count).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else { return nil }
            self = .condition(String(name), is: parts.count == 2 ? String(parts[1]) : "true")
        } else if argument.hasPrefix("jsonpath=") {
            let parts = Self.splitAtSingleEquals(argument.dropFirst("jsonpath=".count))
            guard let path = parts.first, !path.isEmpty, parts.count <= 2 else { return nil }
            guard (try? JSONPath(relaxed: path)) != nil else { return nil }  // only whether it is one
            let value = parts.count == 2 ? parts[1].trimmingQuotes : nil
            guard value?.isEmpty != true else { return nil }
            self = .jsonPath(path, is: value)
        } else {
            return nil
        }
    }

    /// `a==b=c` is `a==b` and `c`: a double sign belongs to a filter.
    private static func splitAtSingleEquals(_ text: Substring) -> [String] {
        var parts = [""]
        var rest = text
        while let character = rest.popFirst() {
            if character != "=" {
                parts[parts.count - 1].append(character)
            } else if rest.first == "=" {
                rest.removeFirst()
                parts[parts.count - 1] += "=="
            } else {
                parts.append("")
            }
        }
        return parts
    }

    /// Whether an object that exists is as asked.
    func holds(of object: JSONValue) -> Bool {
        switch self {
        case .created: return true
        case .deleted: return false
        case .condition(let name, let value):
            let conditions = object.at("status", "conditions")?.array ?? []
            guard let condition = conditions.first(where: { $0["type"]?.plain.lowercased() == name.lowercased() })
            else {
                return false
            }
            let observed = condition["observedGeneration"] ?? object.at("status", "observedGeneration")
            if let generation = object.at("metadata", "generation")?.integer, let seen = observed?.integer,
                seen < generation
            {
                return false  // said of an older spec
            }
            return condition["status"]?.plain.lowercased() == value.lowercased()
        case .jsonPath(let path, let value):
            // Checked at init.
            guard let values = (try? JSONPath(relaxed: path))?.values(in: object) else { return false }
            guard let value else { return !values.isEmpty }
            return values.count == 1 && values[0].plain == value
        }
    }
}

extension String {
    fileprivate var trimmingQuotes: String {
        var text = self[...]
        while let first = text.first, first == "'" || first == "\"" { text.removeFirst() }
        while let last = text.last, last == "'" || last == "\"" { text.removeLast() }
        return String(text)
    }
}
