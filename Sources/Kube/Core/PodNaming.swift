/// One line of `/etc/hosts`.
public struct HostAlias: Codable, Hashable, Sendable {
    public var ip: String
    public var hostnames: [String]?

    public init(ip: String, hostnames: [String]? = nil) {
        self.ip = ip
        self.hostnames = hostnames
    }
}

/// What a pod adds to the `resolv.conf` that its `dnsPolicy` gives it.
public struct PodDNSConfig: Codable, Hashable, Sendable {
    public var nameservers: [String]?
    public var searches: [String]?
    public var options: [PodDNSConfigOption]?

    public init(nameservers: [String]? = nil, searches: [String]? = nil, options: [PodDNSConfigOption]? = nil) {
        self.nameservers = nameservers
        self.searches = searches
        self.options = options
    }
}

public struct PodDNSConfigOption: Codable, Hashable, Sendable {
    public var name: String?
    public var value: String?

    public init(name: String, value: String? = nil) {
        self.name = name
        self.value = value
    }
}

extension PodDNSConfig {
    /// What resolvers of C libraries take (upstream's `MaxDNSNameservers`, `MaxDNSSearchPaths`, `MaxDNSSearchListChars`).
    public static let mostNameservers = 3
    public static let mostSearches = 32
    public static let mostSearchCharacters = 2048
}
