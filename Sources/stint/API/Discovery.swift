import Kube

/// Which kinds the daemon serves, and what the user may call them. The client has no list of its own.
///
/// Groups are asked for one by one, the core group first as upstream gives it priority, and only until the name is
/// found: `get pods` costs one question.
actor Discovery {
    private let client: APIClient
    private var groupVersions: [String]?
    private var types: [String: [(type: ResourceType, verbs: [String])]] = [:]

    init(client: APIClient) { self.client = client }

    /// The kind that `name` means: plural, singular, kind or short name, alone or with its group (`jobs.batch`,
    /// `jobs.v1.batch`).
    func type(named name: String) async throws -> ResourceType {
        guard let type = try await first(where: { $0.answers(to: name) }) else {
            throw Failure("the server doesn't have a resource type \"\(name)\"")
        }
        return type
    }

    /// The kinds of a comma-separated list; a category such as `all` stands for its kinds.
    func types(named names: String) async throws -> [ResourceType] {
        var found: [ResourceType] = []
        for name in names.split(separator: ",", omittingEmptySubsequences: true).map(String.init) {
            let members = try await members(ofCategory: name)
            found += members.isEmpty ? [try await type(named: name)] : members
        }
        var seen: Set<ResourceType> = []
        return found.filter { seen.insert($0).inserted }
    }

    /// The kind a manifest names; nil when the daemon does not serve it.
    func type(apiVersion: String, kind: String) async throws -> ResourceType? {
        guard try await versions().contains(apiVersion) else { return nil }
        return try await types(of: apiVersion).first { $0.kind == kind }
    }

    private func members(ofCategory name: String) async throws -> [ResourceType] {
        guard name == "all" else { return [] }  // upstream clients know this one category
        var members: [ResourceType] = []
        for version in try await versions() {
            members += try await types(of: version).filter { $0.categories.contains(name) }
        }
        return members
    }

    private func first(where matches: (ResourceType) -> Bool) async throws -> ResourceType? {
        if let type = try await types(of: "v1").first(where: matches) { return type }
        for version in try await versions() {
            if let type = try await types(of: version).first(where: matches) { return type }
        }
        return nil
    }

    /// Every group's versions, the preferred one of each first.
    func versions() async throws -> [String] {
        if let groupVersions { return groupVersions }
        let groups = try await client.send(APIRequest(.GET, "/apis"), as: APIGroupList.self)
        let found =
            ["v1"]
            + groups.groups.flatMap { group in
                let preferred = group.preferredVersion?.groupVersion
                let all = group.versions.map(\.groupVersion)
                return (preferred.map { [$0] } ?? []) + all.filter { $0 != preferred }
            }
        groupVersions = found
        return found
    }

    /// Every kind in its group's preferred version, with what may be done with it.
    func everything() async throws -> [(type: ResourceType, verbs: [String])] {
        var found: [(type: ResourceType, verbs: [String])] = []
        for version in try await versions() {
            for entry in try await served(by: version)
            where !found.contains(where: { $0.type.qualifiedName == entry.type.qualifiedName }) {
                found.append(entry)
            }
        }
        return found
    }

    private func types(of groupVersion: String) async throws -> [ResourceType] {
        try await served(by: groupVersion).map(\.type)
    }

    private func served(by groupVersion: String) async throws -> [(type: ResourceType, verbs: [String])] {
        if let known = types[groupVersion] { return known }
        let parts = groupVersion.split(separator: "/").map(String.init)
        let group = parts.count == 2 ? parts[0] : ""
        let path = group.isEmpty ? "/api/\(groupVersion)" : "/apis/\(groupVersion)"
        let found: [(type: ResourceType, verbs: [String])]
        do {
            let list = try await client.send(APIRequest(.GET, path), as: APIResourceList.self)
            found = list.resources.filter { !$0.name.contains("/") }.map {
                ($0.type(group: group, version: parts.last ?? groupVersion), $0.verbs ?? [])
            }
        } catch let status as Status where status.code == 404 {
            found = []  // a group may be announced and serve no kinds
        }
        types[groupVersion] = found
        return found
    }
}

extension ResourceType {
    func answers(to name: String) -> Bool {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard let word = parts.first?.lowercased() else { return false }
        guard word == plural || word == singular || word == kind.lowercased() || shortNames.contains(word) else {
            return false
        }
        guard parts.count == 2 else { return true }
        return parts[1] == group || parts[1] == "\(version).\(group)" || (group.isEmpty && parts[1] == version)
    }
}

/// `GET /apis` (metav1.APIGroupList), as far as the client reads it.
private struct APIGroupList: Decodable {
    struct Version: Decodable { var groupVersion: String }
    struct Group: Decodable {
        var versions: [Version]
        var preferredVersion: Version?
    }
    var groups: [Group]
}

/// `GET /api/v1`, `GET /apis/batch/v1` (metav1.APIResourceList), as far as the client reads it.
private struct APIResourceList: Decodable {
    struct Entry: Decodable {
        var name: String
        var singularName: String?
        var namespaced: Bool
        var kind: String
        var shortNames: [String]?
        var categories: [String]?
        var verbs: [String]?

        func type(group: String, version: String) -> ResourceType {
            ResourceType(
                group: group, version: version, kind: kind, plural: name,
                singular: singularName.flatMap { $0.isEmpty ? nil : $0 } ?? kind.lowercased(),
                shortNames: shortNames ?? [], categories: categories ?? [], isNamespaced: namespaced)
        }
    }
    var resources: [Entry]
}
