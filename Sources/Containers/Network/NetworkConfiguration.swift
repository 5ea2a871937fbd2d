/// A network of this host: plugins that are asked one after the other to join a pod to it (CNI specification, section 1).
struct NetworkConfiguration: Hashable, Sendable {
    struct Plugin: Hashable, Sendable {
        /// The program's name.
        var type: String
        /// What `capabilities` turns on.
        var capabilities: Set<String> = []
        /// As written.
        var members: [String: NetworkJSON]
    }

    var name: String
    var version: NetworkVersion
    var isCheckDisabled = false
    /// At least one.
    var plugins: [Plugin]
    /// The document, as it is kept for the time when the pod leaves the network.
    var document: NetworkJSON

    /// Whether a `hostPort` leads anywhere.
    var mapsPorts: Bool { plugins.contains { $0.capabilities.contains("portMappings") } }

    /// A list of plugins (`.conflist`), or a single one (`.conf`).
    ///
    /// - Throws: a sentence without a full stop.
    init(_ document: NetworkJSON) throws(MalformedNetwork) {
        guard case .object(let members) = document else { throw MalformedNetwork("not a JSON object") }
        self.document = document
        version = try Self.version(members)
        guard let name = members["name"]?.string, !name.isEmpty else { throw MalformedNetwork("name is missing") }
        guard Self.isName(name) else { throw MalformedNetwork("name \"\(name)\" is not a name of a network") }
        self.name = name
        switch members["disableCheck"] {
        case nil, .null: break
        // libcni takes the text too.
        case .bool(let value): isCheckDisabled = value
        case .string("true"): isCheckDisabled = true
        case .string("false"): break
        default: throw MalformedNetwork("disableCheck is neither true nor false")
        }
        switch members["plugins"] {
        case nil: plugins = [try Self.plugin(document, place: "")]
        case .array(let list):
            guard !list.isEmpty else { throw MalformedNetwork("no plugins in list") }
            plugins = []
            for (index, plugin) in list.enumerated() {
                plugins.append(try Self.plugin(plugin, place: "plugins[\(index)]."))
            }
        default: throw MalformedNetwork("plugins is not a list")
        }
    }

    /// Of those offered (`cniVersions`, since 1.1) the newest that is known here.
    private static func version(_ members: [String: NetworkJSON]) throws(MalformedNetwork) -> NetworkVersion {
        let single = members["cniVersion"]?.string
        let offered = (members["cniVersions"]?.array ?? []).compactMap(\.string) + (single.map { [$0] } ?? [])
        if offered.isEmpty { return .oldest }
        let known = offered.compactMap { NetworkVersion($0) }.filter { NetworkVersion.supported.contains($0) }
        guard let newest = known.max() else {
            throw MalformedNetwork("cniVersion \"\(offered.joined(separator: "\", \""))\" is not supported")
        }
        return newest
    }

    private static func plugin(_ document: NetworkJSON, place: String) throws(MalformedNetwork) -> Plugin {
        guard case .object(let members) = document else {
            throw MalformedNetwork("\(place.isEmpty ? "" : place.dropLast()) is not a JSON object")
        }
        guard let type = members["type"]?.string, !type.isEmpty else {
            throw MalformedNetwork("\(place)type is missing")
        }
        // It becomes a file name.
        guard !type.contains("/"), type != ".", type != "..", !type.utf8.contains(0) else {
            throw MalformedNetwork("\(place)type \"\(type)\" is not a name of a plugin")
        }
        let capabilities = (members["capabilities"]?.object ?? [:]).filter { $0.value == .bool(true) }
        return Plugin(type: type, capabilities: Set(capabilities.keys), members: members)
    }

    /// Letters and digits, and after the first also `_`, `.` and `-`.
    private static func isName(_ name: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard let first = name.utf8.first, isPlain(first) else { return false }
        return name.utf8.allSatisfy { isPlain($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D }
    }

    /// The file that counts: the first by name that is one of a network, as container runtimes choose.
    static func choose(_ names: [String]) -> String? {
        names.filter { $0.hasSuffix(".conflist") || $0.hasSuffix(".conf") || $0.hasSuffix(".json") }
            .min { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
}

struct MalformedNetwork: Error, Hashable {
    var message: String
    init(_ message: String) { self.message = message }
}

extension NetworkConfiguration {
    /// What is written to a plugin's standard input (section 3): its own part, what they all are told, what the plugin
    /// before it said, and what of the pod's wishes it can fulfil.
    static func input(
        _ plugin: Plugin, of network: NetworkConfiguration, previous: NetworkResult?,
        wishes: [String: NetworkJSON]
    ) -> NetworkJSON {
        var members = plugin.members
        members["name"] = .string(network.name)
        members["cniVersion"] = .string("\(network.version)")
        for name in ["capabilities", "cniVersions", "disableCheck"] { members[name] = nil }
        let granted = wishes.filter { plugin.capabilities.contains($0.key) }
        if !granted.isEmpty { members["runtimeConfig"] = .object(granted) }
        if let previous { members["prevResult"] = previous.converted(to: network.version).document }
        return .object(members)
    }
}
