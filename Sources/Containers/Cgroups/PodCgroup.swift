import Foundation
import Linux

/// A pod's groups. A value: it can be written down, and read by the next daemon even if that one starts in another place.
public struct PodCgroup: Sendable, Hashable, Codable {
    public let uid: String
    let group: GroupSet
    /// Files a group has on this kernel, by directory of this pod.
    let files: [String: Set<String>]
    let deviceFilter: DeviceFilterKind

    /// The pod's v2 directory.
    public var path: String { group.unified.path }
    /// Write `1`: everything in the pod dies, forks in flight too.
    public var killPath: String { path + "/" + CgroupDirectory.killFile }
    /// `populated 0` when the last process is gone; readable with poll (`POLLPRI`).
    public var eventsPath: String { path + "/" + CgroupDirectory.events }

    /// Makes a container's groups, new ones if there were some, and sets its limits. On an error nothing is left.
    ///
    /// - Parameter told: called with the limits that the kernel holds.
    public func makeContainer(
        name: String, limits: CgroupLimits, told: ([HeldSetting]) -> Void = { _ in }
    ) throws(CgroupError) -> ContainerCgroup {
        try CgroupTree.check(name: name)
        let container = containerGroup(name)
        do {
            told(try container.group.make(limits, .container, files: container.files, deviceFilter: deviceFilter))
        } catch {
            container.group.discard()
            throw error
        }
        return container
    }

    /// Makes a group for the process that is the first of a PID namespace which the containers share: none of theirs,
    /// but killed with them, and without limits. Only in v2, where pods are killed; no container's name has an
    /// underscore.
    func makeReaper() throws(CgroupError) -> String {
        let directory = CgroupDirectory(path: path + "/reaper_")
        try directory.makeFresh()
        return directory.path
    }

    /// The groups of a container that are there.
    public func container(name: String) -> ContainerCgroup? {
        let container = containerGroup(name)
        return Files.exists(container.path) ? container : nil
    }

    private func containerGroup(_ name: String) -> ContainerCgroup {
        let inner = group.appending(name)
        var known: [String: Set<String>] = [:]
        for (mine, outer) in zip(inner.homes, group.homes) { known[mine.directory] = files[outer.directory] }
        return ContainerCgroup(name: name, group: inner, files: known)
    }

    /// Kills every process in the pod. Done already, or nothing there: fine.
    public func kill() throws(CgroupError) { try group.kill() }

    /// Kills what is left, waits until it is gone, and removes every group. Safe to do twice.
    public func remove(within timeout: Duration = .seconds(10)) async throws(CgroupError) {
        try await group.killAndRemove(within: timeout)
    }
}

/// A container's groups.
public struct ContainerCgroup: Sendable, Hashable, Codable {
    public let name: String
    let group: GroupSet
    let files: [String: Set<String>]

    /// The v2 directory, for `CLONE_INTO_CGROUP`.
    public var path: String { group.unified.path }
    /// Write `0` into each before anything else, to be limited by the v1 controllers. Empty on a unified host.
    public var legacyProcsPaths: [String] {
        group.legacyDirectories.map { $0.path + "/" + CgroupDirectory.procs }
    }
    public var killPath: String { path + "/" + CgroupDirectory.killFile }
    public var eventsPath: String { path + "/" + CgroupDirectory.events }

    /// v1 has no `memory.oom.group`: whoever supervises the container asks to be told of an OOM and kills the rest.
    public struct OOMEventControl: Sendable, Hashable {
        /// Open for reading; its descriptor number goes into the request.
        public let oomControlPath: String
        /// Takes `<eventfd> <oom_control fd>`.
        public let eventControlPath: String
    }

    /// Nil where the kernel does it by itself.
    public var oomEventControl: OOMEventControl? {
        guard let home = group.homes.first(where: { $0.controller == .memory }), home.version == .v1,
            files[home.directory]?.contains(MemoryController.eventControlV1) == true
        else { return nil }
        return OOMEventControl(
            oomControlPath: home.directory + "/" + MemoryController.oomControlV1,
            eventControlPath: home.directory + "/" + MemoryController.eventControlV1)
    }

    /// What to read before the group is removed; only files this kernel has.
    public var counterFiles: [CounterFile] {
        var counters: [CounterFile] = []
        for home in group.homes {
            for (kind, file) in home.controller.type.counters(home.version)
            where files[home.directory]?.contains(file) == true {
                counters.append(CounterFile(kind: kind, path: home.directory + "/" + file))
            }
        }
        return counters
    }

    public func kill() throws(CgroupError) { try group.kill() }

    public func remove(within timeout: Duration = .seconds(10)) async throws(CgroupError) {
        try await group.killAndRemove(within: timeout)
    }
}
