public import Linux

/// Why a pod has no network, or could not leave it.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file of the configuration directory that cannot be used.
    case configuration(path: String, problem: String)
    /// What a plugin said, or what became of it.
    case plugin(type: String, verb: NetworkVerb, problem: String)
    /// Nobody wants it any more: the pod is being deleted, or the daemon stops.
    case interrupted
    /// Of the plugins together.
    case result(problem: String)
    case kernel(SyscallError)

    public var description: String {
        switch self {
        case .configuration(let path, let problem): "network configuration \(path): \(problem)"
        // libcni's words.
        case .plugin(let type, let verb, let problem): "plugin type=\"\(type)\" failed (\(verb.word)): \(problem)"
        case .interrupted: "no longer wanted"
        case .result(let problem): problem
        case .kernel(let error): "\(error)"
        }
    }
}

/// What a plugin is asked to do.
public enum NetworkVerb: String, Sendable {
    case add = "ADD"
    case delete = "DEL"
    case check = "CHECK"

    var word: String { rawValue == "DEL" ? "delete" : rawValue.lowercased() }
}
