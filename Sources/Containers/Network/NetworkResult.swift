/// What a plugin says it has done, in the form of a version of the specification.
struct NetworkResult: Hashable, Sendable {
    let version: NetworkVersion
    let document: NetworkJSON

    /// - Parameter expected: the version that counts when the plugin names none.
    init(_ document: NetworkJSON, expected: NetworkVersion) throws(MalformedNetwork) {
        guard case .object = document else { throw MalformedNetwork("the result is not a JSON object") }
        switch document["cniVersion"] {
        case nil, .null, .string(""): version = expected
        case .string(let text):
            guard let version = NetworkVersion(text), NetworkVersion.supported.contains(version) else {
                throw MalformedNetwork("the result has the unsupported cniVersion \"\(text)\"")
            }
            self.version = version
        default: throw MalformedNetwork("the result's cniVersion is not text")
        }
        self.document = document
        for text in texts where Self.address(text) == nil {
            throw MalformedNetwork("the result's address \"\(text)\" is none")
        }
    }

    private init(version: NetworkVersion, members: [String: NetworkJSON]) {
        self.version = version
        var members = members
        members["cniVersion"] = .string("\(version)")
        document = .object(members)
    }

    /// The pod's addresses without the lengths of their networks: one of each family, the IPv4 address first.
    var addresses: [String] {
        let all = texts.compactMap(Self.address)
        let four = all.first { !$0.contains(":") }
        let six = all.first { $0.contains(":") }
        return [four, six].compactMap { $0 }
    }

    /// `10.1.2.3/24`, of the interfaces inside the pod.
    private var texts: [String] {
        guard version.hasLists else {
            return [document["ip4"]?["ip"]?.string, document["ip6"]?["ip"]?.string].compactMap { $0 }
        }
        let interfaces = document["interfaces"]?.array ?? []
        return (document["ips"]?.array ?? []).compactMap { entry in
            if let number = entry["interface"]?.integer, interfaces.indices.contains(Int(clamping: number)),
                interfaces[Int(clamping: number)]["sandbox"]?.string ?? "" == ""
            {
                return nil
            }
            return entry["address"]?.string ?? ""
        }
    }

    /// Nil of what is no address: it would become part of files and of the pod's status.
    private static func address(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, parts.count <= 2, (2...45).contains(address.utf8.count) else { return nil }
        let isFour = address.contains(".") && address.allSatisfy { ("0"..."9").contains($0) || $0 == "." }
        let isSix =
            address.contains(":")
            && address.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
        return isFour || isSix ? String(address) : nil
    }

    /// The same in the form of another version, as the plugins of one network are to be told.
    func converted(to other: NetworkVersion) -> NetworkResult {
        guard case .object(var members) = document, other != version else { return self }
        if !version.hasLists, other.hasLists {
            members = Self.withLists(members)
        } else if version.hasLists, !other.hasLists {
            members = Self.withoutLists(members)
        }
        if other.hasLists, case .array(let list) = members["ips"] {
            members["ips"] = .array(list.map { Self.address($0, namingFamily: other.namesFamilies) })
        }
        return NetworkResult(version: other, members: members)
    }

    private static func address(_ entry: NetworkJSON, namingFamily: Bool) -> NetworkJSON {
        guard case .object(var members) = entry else { return entry }
        let family: NetworkJSON = members["address"]?.string?.contains(":") == true ? "6" : "4"
        members["version"] = namingFamily ? family : nil
        return .object(members)
    }

    private static func withLists(_ members: [String: NetworkJSON]) -> [String: NetworkJSON] {
        var members = members
        var addresses: [NetworkJSON] = []
        var routes: [NetworkJSON] = []
        for family in ["ip4", "ip6"] {
            guard let part = members.removeValue(forKey: family)?.object else { continue }
            var entry: [String: NetworkJSON] = [:]
            entry["address"] = part["ip"]
            entry["gateway"] = part["gateway"]
            addresses.append(.object(entry))
            routes += part["routes"]?.array ?? []
        }
        members["ips"] = .array(addresses)
        if !routes.isEmpty { members["routes"] = .array(routes) }
        return members
    }

    private static func withoutLists(_ members: [String: NetworkJSON]) -> [String: NetworkJSON] {
        var members = members
        let addresses = members.removeValue(forKey: "ips")?.array ?? []
        let routes = members.removeValue(forKey: "routes")?.array ?? []
        members["interfaces"] = nil
        for (family, mark) in [("ip4", false), ("ip6", true)] {
            func isOfFamily(_ text: String?) -> Bool { text?.contains(":") == mark }
            guard let entry = addresses.first(where: { isOfFamily($0["address"]?.string) }) else { continue }
            var part: [String: NetworkJSON] = [:]
            part["ip"] = entry["address"]
            part["gateway"] = entry["gateway"]
            let own = routes.filter { isOfFamily($0["dst"]?.string) }
            if !own.isEmpty { part["routes"] = .array(own) }
            members[family] = .object(part)
        }
        return members
    }
}
