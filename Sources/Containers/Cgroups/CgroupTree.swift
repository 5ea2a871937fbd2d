import Foundation
import Linux

/// The groups of all pods of one daemon: which hierarchies carry what, decided once at start.
///
/// Limits are enforced by whichever hierarchy a controller is bound to, v1 or v2; killing, waiting for the end and
/// birth into a group (`CLONE_INTO_CGROUP`) always go through v2, which exists on every supported kernel.
public struct CgroupTree: Sendable {
    public enum Mode: String, Sendable {
        /// Every controller is on v2.
        case unified
        /// Some controller we use is bound to v1.
        case hybrid
    }

    /// Processes a pod may have when nothing was asked for.
    public static let defaultPodPIDs = 4096

    public let mode: Mode
    /// The directory that holds the pods' v2 groups.
    public var unifiedPath: String { placement.unified }
    public var defaultPIDs = CgroupTree.defaultPodPIDs

    public let deviceFilter: DeviceFilterKind

    let placement: CgroupPlacement
    /// Each controller we use, where its groups are. v1 directories of controllers mounted together are equal.
    let homes: [ControllerHome]
    /// Files a group has here, by directory of the hierarchy.
    let files: [String: Set<String>]

    /// Finds the hierarchies, places our groups, makes the parents and hands controllers down to them.
    ///
    /// - Parameters:
    ///   - parent: `--cgroup-parent`; nil decides by itself, see `CgroupPlacement.decide`.
    ///   - runDirectory: names the group, so that daemons side by side do not clean each other's pods away, and holds a
    ///     private mount of v2 on hosts without one.
    public static func detect(
        parent: String? = nil, runDirectory: String = defaultRunDirectory
    ) throws(CgroupError) -> CgroupTree {
        let facts = try CgroupFacts.gather(privateMount: runDirectory + "/cgroup2")
        let placement = try CgroupPlacement.decide(
            facts, parent: try parent.map(CgroupPlacement.checkedParent), name: groupName(forRunDirectory: runDirectory)
        )
        return try CgroupTree(preparing: placement)
    }

    /// Makes the groups of a placement. Safe to do again.
    init(preparing placement: CgroupPlacement) throws(CgroupError) {
        if let leaf = placement.moveSelfTo {
            let leaf = CgroupDirectory(path: leaf)
            try leaf.makeIfMissing()
            do { try CgroupCalls.moveSelf(into: leaf.path + "/" + CgroupDirectory.procs) } catch {
                throw .kernel(error)
            }
        }
        for group in placement.handDown {
            let directory = CgroupDirectory(path: group)
            try directory.makeIfMissing()
            try directory.handDown(placement.unifiedControllers)
        }
        let unified = CgroupDirectory(path: placement.unified)
        try unified.makeIfMissing()
        try unified.handDown(placement.unifiedControllers)
        for path in Set(placement.legacy.values) { try CgroupDirectory(path: path).makeIfMissing() }

        self.placement = placement
        self.mode = placement.legacy.isEmpty ? .unified : .hybrid
        var homes = placement.unifiedControllers.map {
            ControllerHome(controller: $0, version: .v2, directory: placement.unified)
        }
        homes += placement.legacy.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            ControllerHome(controller: $0.key, version: .v1, directory: $0.value)
        }
        self.homes = homes
        var files: [String: Set<String>] = [:]
        for path in Set(homes.map(\.directory)) {
            files[path] = Set(try CgroupDirectory(path: path).entries().map(\.name))
        }
        self.files = files
        deviceFilter =
            homes.contains { $0.controller == .devices }
            ? .list : DeviceFilterCalls.accepts(DeviceFilter.program([])) ? .program : .none
    }

    public static let defaultRunDirectory = "/run/stint"

    /// `stint` for the usual run directory, and for any other a name that is its own.
    static func groupName(forRunDirectory directory: String) -> String {
        guard directory != defaultRunDirectory else { return "stint" }
        // FNV-1a: short, and the same after a restart.
        let hash = directory.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return "stint-" + String(hash, radix: 16)
    }

    /// Makes a pod's groups and sets its limits. On an error nothing is left.
    ///
    /// - Parameter told: called with the limits that the kernel holds.
    public func makePod(
        uid: String, limits: CgroupLimits, told: ([HeldSetting]) -> Void = { _ in }
    ) throws(CgroupError) -> PodCgroup {
        try Self.check(name: uid)
        var limits = limits
        if limits.pids == nil { limits.pids = defaultPIDs }
        let group = GroupSet(
            unified: CgroupDirectory(path: placement.unified + "/" + uid),
            homes: homes.map { $0.appending(uid) })
        let pod = PodCgroup(uid: uid, group: group, files: files(forDirectoriesOf: group), deviceFilter: deviceFilter)
        do {
            told(try group.make(limits, .pod, files: pod.files, deviceFilter: deviceFilter))
            try group.unified.handDown(placement.unifiedControllers)
        } catch {
            group.discard()
            throw error
        }
        return pod
    }

    /// The groups of a pod that are there; nil when nothing is left of it.
    public func pod(uid: String) -> PodCgroup? {
        guard (try? Self.check(name: uid)) != nil else { return nil }  // a name we never gave
        let group = GroupSet(
            unified: CgroupDirectory(path: placement.unified + "/" + uid),
            homes: homes.map { $0.appending(uid) })
        guard group.directories.contains(where: { Files.exists($0.path) }) else { return nil }
        return PodCgroup(uid: uid, group: group, files: files(forDirectoriesOf: group), deviceFilter: deviceFilter)
    }

    /// Every pod that has a group in any hierarchy, sorted.
    public func podUIDs() throws(CgroupError) -> [String] {
        var names: Set<String> = []
        for path in Set([placement.unified] + homes.map(\.directory)) {
            names.formUnion(try CgroupDirectory(path: path).entries().filter(\.isDirectory).map(\.name))
        }
        return names.sorted()
    }

    /// Removes the parents when no pod is left in them; for tests and for leaving a host as it was found.
    public func removeIfEmpty() throws(CgroupError) {
        guard try podUIDs().isEmpty else { return }
        for path in Set([placement.unified] + homes.map(\.directory)) { try CgroupDirectory(path: path).remove() }
    }

    /// Swap is counted per group, so a limit can keep a container off it.
    public var accountsSwap: Bool {
        homes.contains {
            $0.controller == .memory
                && files[$0.directory]?.contains(
                    $0.version == .v1 ? MemoryController.limitWithSwapV1 : MemoryController.swapMax) == true
        }
    }

    /// Groups can be killed as a whole (Linux 5.14).
    public var killsGroups: Bool { Files.exists(placement.unified + "/" + CgroupDirectory.killFile) }

    /// One line for `stint check` and the log.
    public var summary: String {
        let v1 = homes.filter { $0.version == .v1 }.map(\.controller.rawValue)
        let v2 = homes.filter { $0.version == .v2 }.map(\.controller.rawValue)
        return v1.isEmpty
            ? "cgroup v2: \(v2.joined(separator: ", "))"
            : "hybrid: v1 \(v1.joined(separator: ", "))" + (v2.isEmpty ? "" : "; v2 \(v2.joined(separator: ", "))")
                + "; kill through cgroup v2"
    }

    private func files(forDirectoriesOf group: GroupSet) -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for (mine, home) in zip(group.homes, homes) { result[mine.directory] = files[home.directory] }
        return result
    }

    /// Pod uids and container names become directory names beside the kernel's own files, all of which have a dot in
    /// them or are kept off by `GroupSet.directoryName`.
    static func check(name: String) throws(CgroupError) {
        let allowed =
            !name.isEmpty && name.utf8.count <= 128
            && name.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2D
            }
        guard allowed else { throw .badName(name) }
    }
}

/// Where one controller's groups are.
struct ControllerHome: Sendable, Hashable, Codable {
    let controller: ControllerName
    let version: CgroupVersion
    let directory: String

    func appending(_ name: String) -> ControllerHome {
        ControllerHome(controller: controller, version: version, directory: directory + "/" + name)
    }
}
