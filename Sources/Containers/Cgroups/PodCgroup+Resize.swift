import Linux

/// One group and what it is to have of one controller.
private struct ResizeTarget {
    var change: ResizeOrder.Change
    var directory: CgroupDirectory
    var settings: [CgroupSetting]

    var held: [HeldSetting] { settings.compactMap(HeldSetting.init).sorted { $0.file < $1.file } }
}

extension PodCgroup {
    /// Gives groups that are in use other limits of processors and memory. What holds already is not written; everything
    /// else is written, read back and compared. Memory first, because that is what may fail. Safe to do again.
    ///
    /// - Throws: `.inUse`, before anything was written, when a group has more memory than it is to have: the kernel would
    ///   kill in it (v2) or refuse (v1).
    /// - Returns: what is held now, of the pod under nil, otherwise by container.
    func resize(_ plan: ResizePlan) throws(CgroupError) -> [String?: [HeldSetting]] {
        let memory = try targets(plan, .memory)
        let cpu = try targets(plan, .cpu)
        var tooMuch: [MemoryInUse] = []
        for target in memory { if let use = try use(of: target) { tooMuch.append(use) } }
        guard tooMuch.isEmpty else { throw .inUse(tooMuch) }
        var held: [String?: [HeldSetting]] = [:]
        for targets in [cpu, memory] {
            for target in targets { held[target.change.container, default: []] += target.held }
        }
        for targets in [memory, cpu] {
            guard let pod = targets.first else { continue }
            for change in ResizeOrder.decide(pod: pod.change, containers: targets.dropFirst().map(\.change)) {
                guard let target = targets.first(where: { $0.change == change }) else { continue }
                if change.container == nil, change.shrinks, !plan.mayShrinkPod { continue }
                try write(target)
            }
        }
        return held
    }

    /// The pod's first.
    private func targets(_ plan: ResizePlan, _ controller: ControllerName) throws(CgroupError) -> [ResizeTarget] {
        var targets = [try target(nil, plan.pod, group, files, controller)]
        for wanted in plan.containers {
            // One that has ended meanwhile gets its limits when it is started again.
            guard let container = container(name: wanted.name) else { continue }
            targets.append(try target(wanted.name, wanted.limits, container.group, container.files, controller))
        }
        return targets
    }

    private func target(
        _ name: String?, _ limits: CgroupLimits, _ group: GroupSet, _ files: [String: Set<String>],
        _ controller: ControllerName
    ) throws(CgroupError) -> ResizeTarget {
        guard let home = group.homes.first(where: { $0.controller == controller }) else {
            throw .noController(controller.rawValue)
        }
        let directory = CgroupDirectory(path: home.directory)
        var settings = controller.type.settings(for: limits, name == nil ? .pod : .container, home.version) {
            files[home.directory]?.contains($0) ?? false
        }
        let file = controller == .memory ? MemoryController.limit(home.version) : CPUController.limit(home.version)
        let now = Self.amount(try directory.text(file))
        let wanted = settings.first { $0.file == file }.flatMap { Self.amount($0.value) }
        let change = ResizeOrder.Change(container: name, now: now, wanted: wanted)
        // v1: memory with swap is never less than memory, so it grows first.
        if controller == .memory, home.version == .v1, change.grows { settings.reverse() }
        return ResizeTarget(change: change, directory: directory, settings: settings)
    }

    private func write(_ target: ResizeTarget) throws(CgroupError) {
        for setting in target.settings {
            let now = try target.directory.text(setting.file)
            if now != setting.held { try target.directory.apply([setting]) }
        }
    }

    private func use(of target: ResizeTarget) throws(CgroupError) -> MemoryInUse? {
        guard target.change.shrinks, let wanted = target.change.wanted,
            let home = group.homes.first(where: { $0.controller == .memory })
        else { return nil }
        let file = MemoryController.workingSet(home.version).current
        guard let used = FlatKeyed.number(try target.directory.text(file)), used >= wanted else { return nil }
        return MemoryInUse(container: target.change.container, wanted: wanted, used: used)
    }

    /// The first number of a limit; nil is none: `max`, -1, or what v1 shows in place of it, the most that can be counted
    /// in pages.
    private static func amount(_ text: String) -> Int64? {
        guard let number = FlatKeyed.number(text), number >= 0, number < MemoryController.wholePages(.max) else {
            return nil
        }
        return number
    }
}

extension CgroupDirectory {
    /// Without the line end.
    fileprivate func text(_ file: String) throws(CgroupError) -> String {
        var text = try asCgroupError { () throws(SyscallError) in try Files.readText(path + "/" + file) }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}

extension MemoryController {
    fileprivate static func limit(_ version: CgroupVersion) -> String { version == .v1 ? limitV1 : max }
}

extension CPUController {
    fileprivate static func limit(_ version: CgroupVersion) -> String { version == .v1 ? quotaV1 : max }
}

extension ContainerHost {
    /// Gives a pod that runs other limits, and keeps in its receipt what the kernel holds then.
    public func resize(uid: String, _ plan: ResizePlan) async throws(ContainerError) {
        try PlanCheck.name(uid, field: "pod uid")
        try await awayFromThePool { () throws(ContainerError) in
            guard let pod = self.cgroups.pod(uid: uid) else { throw .supervisorGone(uid: uid) }
            do throws(CgroupError) {
                let held = try pod.resize(plan)
                self.receipts.noteResize(uid, held, podMayShrink: plan.mayShrinkPod)
            } catch { throw .cgroup(error) }
        }
    }
}
