/// `securityContext.capabilities`: what to add to and drop from the default set.
public struct CapabilityRequest: Sendable, Hashable {
    public var add: [String]
    public var drop: [String]

    public init(add: [String] = [], drop: [String] = []) {
        self.add = add
        self.drop = drop
    }

    /// The set a container gets. In the order the container runtimes below a kubelet use (containerd `WithCapabilities`
    /// in its CRI plugin), where `ALL` comes first and names win over it:
    /// 1. the default set, or with `add: [ALL]` everything there is to give;
    /// 2. `drop: [ALL]` empties it;
    /// 3. names that are added;
    /// 4. names that are dropped.
    ///
    /// - Parameters:
    ///   - available: what the daemon holds. The default set and `ALL` are cut down to it; a capability that was asked for
    ///     by name and is not in it is an error.
    ///   - privileged: everything there is to give, whatever the lists say.
    public func resolve(available: CapabilitySet, privileged: Bool = false) throws(CapabilityError) -> CapabilitySet {
        // Names are looked at even where they change nothing, so that a typing error never waits for another day.
        let added = try CapabilitySet(names: add.filter { !Self.isAll($0) })
        let dropped = try CapabilitySet(names: drop.filter { !Self.isAll($0) })
        if privileged { return available }
        var result = (add.contains(where: Self.isAll) ? available : .containerDefault).intersection(available)
        if drop.contains(where: Self.isAll) { result = CapabilitySet() }
        result = result.union(added).subtracting(dropped)
        if let missing = result.subtracting(available).names.first { throw .notHeld(missing) }
        return result
    }

    private static func isAll(_ name: String) -> Bool { name.uppercased() == "ALL" }
}
