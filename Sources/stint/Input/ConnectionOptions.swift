import ArgumentParser
import Foundation

/// Where the daemon is, and in which namespace to work.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The daemon's socket; STINT_SOCKET names it too. (default: /run/stint/stint.sock)")
    var socket: String?

    @Option(name: [.customShort("n", allowingJoined: true), .long], help: "The namespace. (default: default)")
    var namespace: String?

    /// The namespace the user named; an empty name is none, as a script's unset variable gives it.
    var namedNamespace: String? { namespace.flatMap { $0.isEmpty ? nil : $0 } }

    /// The namespace the user named, or `default`.
    var effectiveNamespace: String { namedNamespace ?? "default" }

    var client: APIClient {
        let environment = ProcessInfo.processInfo.environment["STINT_SOCKET"] ?? ""
        let path = socket ?? (environment.isEmpty ? "/run/stint/stint.sock" : environment)
        return APIClient(socket: DaemonSocket(path: path))
    }
}

/// Which objects of a kind.
struct SelectionOptions: ParsableArguments {
    @Option(name: [.customShort("l", allowingJoined: true), .long], help: "Labels to select by: a=b,c!=d,e in (f,g).")
    var selector: String?

    @Option(help: "Fields to select by: status.successful=1.")
    var fieldSelector: String?

    var selection: Selection { Selection(labels: selector, fields: fieldSelector) }
}

/// `--dry-run`.
enum DryRun: String, ExpressibleByArgument, CaseIterable {
    case none, client, server
    /// `--dry-run` without a value.
    case unchanged

    static var allValueStrings: [String] { ["none", "client", "server"] }

    /// What goes behind `created`.
    var suffix: String {
        switch self {
        case .none: ""
        case .client, .unchanged: " (dry run)"
        case .server: " (server dry run)"
        }
    }

    /// True when nothing is sent.
    var staysHere: Bool { self == .client || self == .unchanged }

    var query: [(name: String, value: String)] { self == .server ? [(name: "dryRun", value: "All")] : [] }

    func warn(_ console: Console) {
        if self == .unchanged { console.warn("--dry-run is deprecated and can be replaced with --dry-run=client.") }
    }
}

/// Files with manifests, and how they are to be read.
struct FileOptions: ParsableArguments {
    @Option(
        name: [.customShort("f", allowingJoined: true), .customLong("filename")],
        help: "A manifest, a directory of manifests, or - for standard input; may be repeated.")
    var files: [String] = []

    @Flag(name: [.customShort("R"), .long], help: "Read directories in directories too.")
    var recursive = false

    @Option(name: [.customShort("k"), .long], help: .hidden)
    var kustomize: String?

    var isEmpty: Bool { files.isEmpty }

    /// Every object of the files. A name may hold several, separated by commas, as kubectl takes them.
    func manifests() throws -> [Manifest] {
        try Manifest.read(files.flatMap { $0.split(separator: ",") }.map(String.init), recursively: recursive)
    }

    func refuseKustomize() throws {
        if kustomize != nil {
            throw ValidationError("stint has no kustomize: use 'kustomize build DIR | stint apply -f -'")
        }
    }

    /// For verbs that can do nothing without files.
    func require() throws {
        try refuseKustomize()
        if files.isEmpty { throw ValidationError("must specify one of -f and -k") }
    }
}

/// `--validate`: what the daemon does about fields it does not know.
enum Validation: String, ExpressibleByArgument, CaseIterable {
    case strict, warn, ignore, `true`, `false`

    var query: [(name: String, value: String)] {
        switch self {
        case .strict, .true: [(name: "fieldValidation", value: "Strict")]
        case .warn: [(name: "fieldValidation", value: "Warn")]
        case .ignore, .false: [(name: "fieldValidation", value: "Ignore")]
        }
    }
}
