import Kube

/// `resolv.conf`: which servers are asked for names, in which domains, and how (resolv.conf(5)).
struct ResolverFile: Equatable, Sendable {
    var servers: [String] = []
    var searches: [String] = []
    var options: [String] = []

    init(servers: [String] = [], searches: [String] = [], options: [String] = []) {
        self.servers = servers
        self.searches = searches
        self.options = options
    }

    /// Reads the host's, as the kubelet does: servers add up; of `search` and `options` the last line counts.
    init(parsing text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let keyword = words.first, !keyword.hasPrefix("#") else { continue }
            switch keyword {
            case "nameserver": if words.count > 1 { servers.append(words[1]) }
            case "search": searches = words.dropFirst().map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
            case "options": options = Array(words.dropFirst())
            default: break
            }
        }
    }

    /// All it asks is the host itself.
    var isLocal: Bool { !servers.isEmpty && servers.allSatisfy { $0.hasPrefix("127.") || $0 == "::1" } }

    /// What a container runtime makes of it.
    var text: String {
        var text = searches.isEmpty ? "" : "search \(searches.joined(separator: " "))\n"
        for server in servers { text += "nameserver \(server)\n" }
        return options.isEmpty ? text : text + "options \(options.joined(separator: " "))\n"
    }
}

extension ResolverFile {
    /// The pod's file, and what of it had to be left out, in the kubelet's words (`pkg/kubelet/network/dns`).
    ///
    /// There is no name server of a cluster here, so `ClusterFirst` falls back to `Default`, which is the host's file;
    /// `None` begins with nothing. Then comes what the pod adds: an entry that is there already is not added again, and
    /// an option of the same name is replaced.
    static func make(_ spec: PodSpec, host: ResolverFile) -> (file: ResolverFile, omissions: [String]) {
        var file = spec.dnsPolicy == "None" ? ResolverFile() : host
        if let config = spec.dnsConfig {
            file.servers = withoutRepeats(file.servers + (config.nameservers ?? []))
            file.searches = withoutRepeats(file.searches + (config.searches ?? []))
            for option in config.options ?? [] { file.set(option) }
        }
        let omissions = [file.limitServers(), file.limitSearches()].compactMap { $0 }
        return (file, omissions)
    }

    private mutating func set(_ option: PodDNSConfigOption) {
        let name = option.name ?? ""
        let text = option.value.map { $0.isEmpty ? name : "\(name):\($0)" } ?? name
        let place = options.firstIndex { $0 == name || $0.hasPrefix(name + ":") }
        if let place { options[place] = text } else { options.append(text) }
    }

    private mutating func limitServers() -> String? {
        guard servers.count > PodDNSConfig.mostNameservers else { return nil }
        servers = Array(servers.prefix(PodDNSConfig.mostNameservers))
        return "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: "
            + servers.joined(separator: " ")
    }

    /// A domain longer than any name makes some resolvers abort. Of the others the first that fit are kept.
    private mutating func limitSearches() -> String? {
        let asked = searches
        searches = searches.prefix(PodDNSConfig.mostSearches).filter { $0.utf8.count <= Names.subdomainMaximum }
        while searches.joined(separator: " ").utf8.count > PodDNSConfig.mostSearchCharacters { searches.removeLast() }
        guard searches != asked else { return nil }
        return "Search Line limits were exceeded, some search paths have been omitted, the applied search line is: "
            + searches.joined(separator: " ")
    }

    private static func withoutRepeats(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }
}

extension Pod {
    /// Whether the pod gets a `resolv.conf` at all: with nothing but a loopback device there is nobody to ask, so a pod
    /// that says nothing about it keeps what its image has.
    var needsResolver: Bool {
        spec.hostNetwork == true || spec.dnsConfig != nil || spec.dnsPolicy == "Default" || spec.dnsPolicy == "None"
            || status?.addresses.isEmpty == false
    }
}
