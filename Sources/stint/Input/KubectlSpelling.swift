/// Spellings that kubectl's flag parser knows and ours does not, put into ours.
enum KubectlSpelling {
    /// `--x=true` and `--x=false` for flags without a value.
    private static let flags: Set<String> = [
        "all", "all-containers", "all-namespaces", "all-pods", "append-hash", "cached", "containers",
        "create-annotation", "follow", "force", "force-conflicts", "ignore-errors", "ignore-not-found", "list",
        "no-headers", "now", "output-patch", "output-watch-events", "overwrite", "prefix", "previous", "prune",
        "quiet", "recursive", "save-config", "server-side", "show-kind", "show-labels", "show-managed-fields",
        "show-secrets", "stdin", "sum", "timestamps", "tty", "watch", "watch-only",
    ]
    /// The same for flags that are on by default.
    private static let switches: Set<String> = ["wait", "show-events"]
    /// Options that may stand without a value, and what that means.
    private static let bare = [
        "--cascade": "--cascade=background", "--dry-run": "--dry-run=unchanged", "--validate": "--validate=strict",
        "--namespaced": "--namespaced=true",
    ]
    /// Global options with a value, which kubectl takes before the verb too.
    private static let global: Set<String> = ["-n", "--namespace", "--socket"]

    static func normalized(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        let ours = moveGlobalsBack(Array(arguments[..<end]))
        return ours.compactMap(normalized).flatMap(split) + arguments[end...]
    }

    /// Short options that take a value: `-n=x`.
    private static let short = ["-f", "-k", "-l", "-n", "-o", "-p", "-c", "-L"]

    /// `-lapp=x`, `-l=app=x`, `-ojsonpath={.a}`: ours would take what stands before the `=` for an option's name.
    private static func split(_ argument: String) -> [String] {
        // Ours wants something behind a =; an empty word by itself it takes.
        if argument.hasPrefix("--"), argument.hasSuffix("="), !argument.dropLast().contains("=") {
            return [String(argument.dropLast()), ""]
        }
        guard argument.contains("="), let option = short.first(where: argument.hasPrefix) else {
            return [argument]
        }
        if argument == "\(option)=true" { return [option] }  // -f follows in `logs`
        if argument == "\(option)=false" { return [] }
        let value = argument.dropFirst(option.count)
        return [option, String(value.hasPrefix("=") ? value.dropFirst() : value)]
    }

    private static func normalized(_ argument: String) -> String? {
        if let replacement = bare[argument] { return replacement }
        guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else { return argument }
        let name = String(argument[..<equals].dropFirst(2))
        switch argument[equals...] {
        case "=true" where flags.contains(name) || switches.contains(name): return "--\(name)"
        case "=false" where flags.contains(name): return nil
        case "=false" where switches.contains(name): return "--no-\(name)"
        default: return argument
        }
    }

    private static func moveGlobalsBack(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var globals: [String] = []
        while let first = rest.first, first.hasPrefix("-") {
            if global.contains(first), rest.count > 1 {
                globals += rest.prefix(2)
                rest.removeFirst(2)
            } else if first.hasPrefix("--namespace=") || first.hasPrefix("--socket=") {
                globals.append(first)
                rest.removeFirst()
            } else {
                break
            }
        }
        return rest + globals
    }
}
