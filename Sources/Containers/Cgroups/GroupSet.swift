import Linux

/// One group in every hierarchy we use: the v2 group, and a v1 group for each controller that is bound to v1.
struct GroupSet: Sendable, Hashable, Codable {
    let unified: CgroupDirectory
    let homes: [ControllerHome]

    /// Each directory once, v2 first.
    var directories: [CgroupDirectory] {
        var seen: Set<String> = [unified.path]
        return [unified] + homes.map(\.directory).filter { seen.insert($0).inserted }.map(CgroupDirectory.init(path:))
    }

    /// v1 directories only, each once.
    var legacyDirectories: [CgroupDirectory] { Array(directories.dropFirst()) }

    /// The v1 interface file `tasks` is the only one a container's name could be equal to; no name has an underscore.
    static func directoryName(_ container: String) -> String { container == "tasks" ? "tasks_" : container }

    func appending(_ container: String) -> GroupSet {
        let name = Self.directoryName(container)
        return GroupSet(
            unified: CgroupDirectory(path: unified.path + "/" + name), homes: homes.map { $0.appending(name) })
    }

    /// - Parameters:
    ///   - files: what this kernel has, by directory of this set.
    ///   - deviceFilter: a program takes the place of the v1 list.
    /// - Returns: the limits, all of which were read back and found to be held.
    @discardableResult
    func make(
        _ limits: CgroupLimits, _ level: CgroupLevel, files: [String: Set<String>], deviceFilter: DeviceFilterKind
    ) throws(CgroupError) -> [HeldSetting] {
        var held: [HeldSetting] = []
        for directory in directories { try directory.makeFresh() }
        for home in homes {
            let settings = home.controller.type.settings(for: limits, level, home.version) {
                files[home.directory]?.contains($0) ?? false
            }
            try CgroupDirectory(path: home.directory).apply(settings)
            held += settings.compactMap(HeldSetting.init)
        }
        if deviceFilter == .program, level == .container, case .allow(let rules) = limits.devices {
            try asCgroupError { () throws(SyscallError) in
                try DeviceFilterCalls.attach(DeviceFilter.program(rules), to: unified.path)
            }
        }
        return held
    }

    /// Removes what can be removed, after an error that is the one worth reporting.
    func discard() {
        for directory in directories { try? directory.remove() }  // the first error is on its way to the caller
    }

    func remove() throws(CgroupError) {
        // v2 last: while it is there the pod is still found and can still be killed.
        for directory in directories.reversed() { try directory.remove() }
    }
}
