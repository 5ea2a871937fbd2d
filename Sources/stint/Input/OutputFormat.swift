import ArgumentParser
import Foundation
import Kube

/// `-o`: how objects are printed.
enum OutputFormat: Equatable, Sendable {
    case wide, yaml, json, name
    case jsonpath(String)
    /// The values a template finds, as a JSON list.
    case jsonpathAsJSON(String)
    case columns(CustomColumns)

    var word: String {
        switch self {
        case .wide: "wide"
        case .yaml: "yaml"
        case .json: "json"
        case .name: "name"
        case .jsonpath: "jsonpath"
        case .jsonpathAsJSON: "jsonpath-as-json"
        case .columns: "custom-columns"
        }
    }

    /// Reads what stands behind `-o`. Files with templates are read here, so that a verb that changes something does
    /// not find out afterwards that it cannot say so.
    static func parse(_ argument: String) throws -> OutputFormat {
        switch argument {
        case "wide": return .wide
        case "yaml": return .yaml
        case "json": return .json
        case "name": return .name
        default: break
        }
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (word, value) = (parts[0], parts.count == 2 ? parts[1] : "")
        switch word {
        case "jsonpath", "jsonpath-as-json", "jsonpath-file", "custom-columns", "custom-columns-file":
            if value.isEmpty {
                let what = word.hasPrefix("custom") ? "custom-columns" : "template"
                throw ValidationError("\(what) format specified but no \(what) given")
            }
        case "go-template", "go-template-file", "template", "templatefile":
            throw ValidationError("stint has no Go templates: use jsonpath or custom-columns instead of \(word)")
        default:
            throw ValidationError(
                "unable to match a printer suitable for the output format \"\(argument)\", allowed formats are: "
                    + allowed.joined(separator: ","))
        }
        do {
            switch word {
            case "jsonpath": return .jsonpath(try checked(value))
            case "jsonpath-as-json": return .jsonpathAsJSON(try checked(value))
            case "jsonpath-file": return .jsonpath(try checked(try contents(of: value)))
            case "custom-columns": return .columns(try CustomColumns(value))
            default: return .columns(try CustomColumns(template: try contents(of: value)))
            }
        } catch let failure as Failure {
            let text = failure.message ?? ""
            throw ValidationError(text.hasPrefix("error: ") ? String(text.dropFirst("error: ".count)) : text)
        }
    }

    private static let allowed = [
        "custom-columns", "custom-columns-file", "json", "jsonpath", "jsonpath-as-json", "jsonpath-file", "name",
        "wide", "yaml",
    ]

    private static func checked(_ template: String) throws -> String {
        _ = try JSONPath(template)
        return template
    }

    private static func contents(of file: String) throws -> String {
        // Every cause reads the same.
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw Failure("error reading --template \(file), open \(file): cannot be read")
        }
        return text
    }

    /// Prints one object or list, for every format that needs no table.
    func print(_ object: ObjectPrint, to console: Console, showsManagedFields: Bool = false) throws {
        switch self {
        case .yaml: try console.write(showsManagedFields ? object.yaml : object.tidy.yaml)
        case .json: try console.write(showsManagedFields ? object.json : object.tidy.json)
        case .name: for name in object.names { try console.print(name) }
        case .jsonpath(let template): try console.write(JSONPath(template).text(of: object.value))
        case .jsonpathAsJSON(let template):
            try console.write(JSONValue.array(JSONPath(template).everyValue(in: object.value)).indented() + "\n")
        case .columns(let columns): try console.write(columns.text(of: object.objects))
        case .wide: preconditionFailure("a table is printed by the verb that made it")
        }
    }
}
