import Foundation
import Kube

/// One object of a file, as its author wrote it.
struct Manifest: Sendable {
    var object: JSONValue
    /// The file it came from, or `STDIN`: errors name it.
    let source: String

    var apiVersion: String { object["apiVersion"]?.string ?? "" }
    var kind: String { object["kind"]?.string ?? "" }

    /// Every object of the files, directories and standard input named, lists taken apart.
    static func read(_ paths: [String], recursively: Bool = false) throws -> [Manifest] {
        guard !paths.isEmpty else { throw Failure("must specify one of -f and -k") }
        return try paths.flatMap { path in
            if path == "-" { return try parse(FileHandle.standardInput.readDataToEndOfFile(), source: "STDIN") }
            if path.hasPrefix("http://") || path.hasPrefix("https://") {
                throw Failure("stint reads no manifests from the network: fetch \(path) first")
            }
            return try files(at: path, recursively).flatMap { file in
                guard let data = FileManager.default.contents(atPath: file) else {
                    throw Failure("open \(file): cannot be read")
                }
                return try parse(data, source: file)
            }
        }
    }

    /// A file, or the manifests in a directory.
    private static func files(at path: String, _ recursively: Bool) throws -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Failure("the path \"\(path)\" does not exist")
        }
        guard isDirectory.boolValue else { return [path] }
        let manager = FileManager.default
        let names = try
            (recursively ? manager.subpathsOfDirectory(atPath: path) : manager.contentsOfDirectory(atPath: path))
            .sorted()
        let files = names.filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }
        guard !files.isEmpty else {
            throw Failure("error reading [\(path)]: recognized file extensions are [.json .yaml .yml]")
        }
        return files.map { (path.hasSuffix("/") ? path : path + "/") + $0 }
    }

    static func parse(_ data: some Sequence<UInt8>, source: String) throws -> [Manifest] {
        let documents: [JSONValue]
        do { documents = try YAMLReader.read(data) } catch { throw Failure("error parsing \(source): \(error)") }
        guard !documents.isEmpty else { throw Failure("no objects passed to apply") }
        return try documents.flatMap { try flattened($0, source: source) }
    }

    private static func flattened(_ document: JSONValue, source: String) throws -> [Manifest] {
        if document["kind"]?.string?.hasSuffix("List") == true, let items = document["items"]?.array {
            return try items.flatMap { try flattened($0, source: source) }
        }
        guard case .object = document else { throw Failure("error parsing \(source): it holds no object") }
        let missing = ["apiVersion", "kind"].filter { document[$0]?.string?.isEmpty ?? true }
        guard missing.isEmpty else {
            let problems = missing.map { "\($0) not set" }.joined(separator: ", ")
            throw Failure(
                "error validating \"\(source)\": error validating data: "
                    + (missing.count == 1 ? problems : "[\(problems)]"))
        }
        return [Manifest(object: document, source: source)]
    }

    /// The kind it is of, and its place in the API. The namespace the user named must not contradict the file's.
    func target(in discovery: Discovery, namespace: String?) async throws -> NamedObject {
        guard let type = try await discovery.type(apiVersion: apiVersion, kind: kind) else {
            throw Failure(
                "resource mapping not found for name: \"\(object.objectName)\" namespace: "
                    + "\"\(object.objectNamespace ?? "")\" from \"\(source)\": no matches for kind \"\(kind)\" in version "
                    + "\"\(apiVersion)\"")
        }
        if let own = object.objectNamespace, let namespace, type.isNamespaced, own != namespace {
            throw Failure(
                "the namespace from the provided object \"\(own)\" does not match the namespace \"\(namespace)\". "
                    + "You must pass '--namespace=\(own)' to perform this operation.")
        }
        let effective = object.objectNamespace ?? namespace ?? "default"
        return NamedObject(type, namespace: effective, name: object.objectName)
    }
}

extension [Manifest] {
    /// Those whose labels a selector matches; all without one.
    func selected(by selector: String?) throws -> [Manifest] {
        guard let selector, !selector.isEmpty else { return self }
        let parsed = try Selector(parsing: selector)
        return filter { manifest in
            let labels = manifest.object.at("metadata", "labels")?.object ?? [:]
            return parsed.matches(labels.compactMapValues(\.string))
        }
    }
}
