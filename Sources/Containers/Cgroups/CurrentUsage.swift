import Linux

/// What a running container has used until now, and holds now.
public struct CurrentUsage: Sendable, Hashable {
    /// User and system time since it started, in microseconds.
    public var cpuMicroseconds: Int64
    /// Memory that the kernel cannot simply take back: usage less the inactive page cache, as the kubelet counts it.
    public var workingSetBytes: Int64
}

extension ContainerCgroup {
    private static let cpuCounters: Set<CounterKind> = [.cpuStat, .legacyCPUUser, .legacyCPUSystem]

    /// Nil when the group is gone, or has no such counters.
    public func currentUsage() -> CurrentUsage? {
        var texts: [CounterKind: String] = [:]
        for file in counterFiles where Self.cpuCounters.contains(file.kind) {
            // A group that vanishes while it is read has ended.
            texts[file.kind] = try? Files.readText(file.path)
        }
        let used = ResourceUsage(from: texts)
        guard let user = used.cpuUserMicroseconds, let system = used.cpuSystemMicroseconds, let memory = workingSet()
        else { return nil }
        return CurrentUsage(cpuMicroseconds: user + system, workingSetBytes: memory)
    }

    private func workingSet() -> Int64? {
        guard let home = group.homes.first(where: { $0.controller == .memory }) else { return nil }
        let (current, inactive) = MemoryController.workingSet(home.version)
        // As above.
        guard let text = try? Files.readText(home.directory + "/" + current),
            let statistics = try? Files.readText(home.directory + "/" + MemoryController.statistics),
            let usage = FlatKeyed.number(text)
        else { return nil }
        return max(0, usage - (FlatKeyed(statistics)[inactive] ?? 0))
    }
}

extension ContainerHost {
    /// What the named containers of a pod use; those that do not run are missing.
    public func currentUsage(uid: String, containers: [String]) -> [String: CurrentUsage] {
        guard let pod = cgroups.pod(uid: uid) else { return [:] }
        var usage: [String: CurrentUsage] = [:]
        for name in containers { usage[name] = pod.container(name: name)?.currentUsage() }
        return usage
    }
}
