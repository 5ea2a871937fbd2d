import ArgumentParser

/// `-o`: how objects are printed.
enum OutputFormat: Equatable, Sendable, ExpressibleByArgument {
    case wide, yaml, json, name
    case jsonpath(String)

    init?(argument: String) {
        switch argument {
        case "wide": self = .wide
        case "yaml": self = .yaml
        case "json": self = .json
        case "name": self = .name
        default:
            guard argument.hasPrefix("jsonpath=") else { return nil }
            self = .jsonpath(String(argument.dropFirst("jsonpath=".count)))
        }
    }

    static let allValueStrings = ["wide", "yaml", "json", "name", "jsonpath=TEMPLATE"]

    /// Prints one object or list, for every format that needs no table.
    func print(_ object: ObjectPrint, to console: Console) throws {
        switch self {
        case .yaml: try console.write(object.yaml)
        case .json: try console.write(object.json)
        case .name: for name in object.names { try console.print(name) }
        case .jsonpath(let template): try console.write(JSONPath(template).text(of: object.value))
        case .wide: preconditionFailure("a table is printed by the verb that made it")
        }
    }
}
