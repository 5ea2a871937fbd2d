import ArgumentParser
import Foundation
import Kube

/// The entries of a ConfigMap or Secret, from the command line, files and directories.
struct DataSources: ParsableArguments {
    @Option(help: "An entry: NAME=VALUE; may be repeated.")
    var fromLiteral: [String] = []

    @Option(help: "An entry from a file, under its name or NAME=FILE; of a directory every file. May be repeated.")
    var fromFile: [String] = []

    @Option(help: "Entries from a file with a NAME=VALUE on each line; may be repeated.")
    var fromEnvFile: [String] = []

    func validate() throws {
        if !fromEnvFile.isEmpty, !fromFile.isEmpty || !fromLiteral.isEmpty {
            throw ValidationError("from-env-file cannot be combined with from-file or from-literal")
        }
    }

    /// The entries by name. `kind` is what they are for, in messages.
    func entries(of kind: String, named name: String) throws -> [String: [UInt8]] {
        var entries: [String: [UInt8]] = [:]
        func add(_ key: String, _ value: [UInt8]) throws {
            if let problem = DataKey.problem(key) {
                throw Failure("\"\(key)\" is not a valid key name for a \(kind): \(problem)")
            }
            guard entries.updateValue(value, forKey: key) == nil else {
                throw Failure(
                    "cannot add key \"\(key)\", another key by that name already exists in Data for \(kind) \"\(name)\""
                )
            }
        }
        for source in fromFile { for (key, value) in try Self.files(source) { try add(key, value) } }
        for literal in fromLiteral {
            let parts = literal.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure("invalid literal source \(literal), expected key=value")
            }
            try add(String(parts[0]), Array(parts[1].utf8))
        }
        for file in fromEnvFile { for (key, value) in try Self.lines(of: file) { try add(key, Array(value.utf8)) } }
        return entries
    }

    private static func files(_ source: String) throws -> [(key: String, value: [UInt8])] {
        let parts = source.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || !source.contains("=") else {
            throw Failure("key names or file paths cannot contain '='")
        }
        if parts.count == 2 {
            if parts[0].isEmpty { throw Failure("key name for file path \(parts[1]) missing") }
            if parts[1].isEmpty { throw Failure("file path for key name \(parts[0]) missing") }
            if try isDirectory(parts[1]) { throw Failure("cannot give a key name for a directory path") }
            return [(parts[0], try contents(of: parts[1]))]
        }
        guard try isDirectory(source) else {
            return [(URL(fileURLWithPath: source).lastPathComponent, try contents(of: source))]
        }
        // Only what lies directly in it, and only files; names that could be no entry are passed over.
        let names = try FileManager.default.contentsOfDirectory(atPath: source).sorted()
        return try names.filter { DataKey.problem($0) == nil }.compactMap { name in
            let path = "\(source)/\(name)"
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            return type == .typeRegular ? (name, try contents(of: path)) : nil
        }
    }

    private static func isDirectory(_ path: String) throws -> Bool {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Failure("error reading \(path): no such file or directory")
        }
        return isDirectory.boolValue
    }

    static func contents(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure("error reading \(path): cannot be read")
        }
        return Array(data)
    }

    /// `NAME=VALUE` on each line; empty lines and those that begin with # are passed over; a NAME alone has the value
    /// it has in this program's environment.
    private static func lines(of file: String) throws -> [(key: String, value: String)] {
        guard let text = String(validating: try contents(of: file), as: UTF8.self) else {
            throw Failure("env file \(file) contains invalid utf8 bytes")
        }
        var entries: [(key: String, value: String)] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (number, line) in lines.enumerated() {
            let content = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            if content.isEmpty || content.hasPrefix("#") { continue }
            let parts = content.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard DataKey.isVariable(parts[0]) else {
                throw Failure(
                    "error reading \(file): line \(number + 1): \"\(parts[0])\" is not a valid key name: a valid "
                        + "environment variable name must consist only of printable ASCII characters other than '='")
            }
            entries.append(
                (parts[0], parts.count == 2 ? parts[1] : ProcessInfo.processInfo.environment[parts[0]] ?? ""))
        }
        return entries
    }
}

/// What the names of entries may be.
enum DataKey {
    /// Nil when the name may be one (apimachinery's IsConfigMapKey).
    static func problem(_ key: String) -> String? {
        if key.utf8.count > 253 { return "must be no more than 253 characters" }
        if key == "." { return "must not be '.'" }
        if key == ".." || key.hasPrefix("..") { return "must not \(key == ".." ? "be" : "start with") '..'" }
        let isFit =
            !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        return isFit
            ? nil
            : "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
                + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
    }

    static func isVariable(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "=") }
    }
}
