import Launch
import Linux

/// Turns a container into the list that its first process performs. Pure: the same plan gives the same list.
struct StepCompiler {
    var plan: ContainerPlan
    var namespaces: PodNamespaces
    /// What the container's groups look like on this host.
    var groups: Groups
    /// What every container of this host shares.
    var shared: Shared
    /// Of `struct sock_filter`; empty is no filter.
    var filter: [UInt8]
    /// The pod has users of its own.
    var users: UserRange?

    struct Groups: Equatable {
        /// `tasks` files of v1 groups.
        var tasks: [String] = []
        /// v1 groups by controller; empty on a unified host.
        var legacy: [(controller: String, directory: String)] = []

        static func == (left: Groups, right: Groups) -> Bool {
            left.tasks == right.tasks && left.legacy.elementsEqual(right.legacy, by: ==)
        }
    }

    struct Shared: Equatable {
        /// A layer above the image's own that has the directories the kernel's file systems are mounted on. So nothing
        /// needs to be made for them in the overlay, where that is slow, and a link of that name in the image is hidden.
        var base: String
        static let directories = ["proc", "sys", "dev"]

        /// Any directory will do to mount a root on, because nobody else sees the mount.
        var place: String
    }

    /// What an attempt writes, and overlayfs's own scratch directory beside it.
    static func directories(_ plan: ContainerPlan) -> (upper: String, work: String) {
        ("\(plan.upperDirectory)/\(plan.attempt)-upper", "\(plan.upperDirectory)/\(plan.attempt)-work")
    }

    /// The order is most of the security:
    ///
    /// 1. Into the groups before anything else, so that everything that follows is counted and limited.
    /// 2. What needs the host's /proc, before it is out of sight.
    /// 3. The cgroup namespace after the groups were joined, because its root is where we are then.
    /// 4. Mounts private before the first of our own; the root before what goes into it; /proc, /dev and /sys before the
    ///    operator's mounts, which may lie inside them; masks last, over whatever is there by then. A terminal is opened
    ///    in a /dev/pts that nobody but us has seen yet, so no name in it can have been replaced (CVE-2025-52565).
    /// 5. Directories that are to be made, before the root becomes read-only.
    /// 6. Into the root. From here on no path can mean a file of the host.
    /// 7. What every program needs, see ``ProgramSteps``.
    ///
    /// With users of the pod's own everything up to there is done as the host's root, who alone may mount layers and
    /// volumes, and only then the user namespace is joined, with the keyring, so that nothing in there is the host's:
    ///
    /// - Layers are mapped before the overlay takes them. Volumes are found before files are made in the pod's name, because
    ///   what is made in a mapped one belongs to root on disk and to the pod's root inside.
    /// - From then on files are made in the name of the pod's root: directories and mount points, and what new file systems
    ///   begin with.
    func compile() throws(ContainerError) -> [LaunchStep] {
        try PlanCheck.check(plan)
        let user = try PlanCheck.user(
            plan.user, additionalGroups: plan.supplementalGroups, takesImageGroups: plan.takesImageGroups)
        let (upper, work) = Self.directories(plan)
        var steps: [LaunchStep] = []

        if !groups.tasks.isEmpty { steps.append(.joinControlGroups(groups.tasks)) }
        steps.append(.setOOMScoreAdjust(Int32(plan.oomScoreAdjust)))
        if users == nil { steps.append(.newKeyring) }
        steps.append(.newControlGroupNamespace)

        // Held while they are still one with the host's.
        let travelling = plan.volumes.filter { $0.propagation != .none && $0.layers.isEmpty }
        steps += travelling.map { .holdVolume(bind($0)) }
        steps.append(.isolateMounts)
        if users != nil { steps += mapping }
        steps.append(
            .mountRoot(
                layers: plan.layers + [shared.base], upper: upper, work: work, place: shared.place,
                allowDevices: plan.privileged))
        if let users { steps.append(.ownFiles(users.first)) }
        steps += kernelFileSystems + devices + terminal + controlGroups
        steps += mounts
        if plan.workingDirectory != "/" {
            steps.append(.makeDirectory(target: plan.workingDirectory, mode: 0o755))
        }
        if !plan.privileged {
            steps += plan.readOnlyPaths.map { .makeReadOnly(target: $0) }
            steps += plan.maskedPaths.map { .mask(target: $0) }
        }
        if plan.readOnlyRoot { steps.append(.makeRootReadOnly) }

        steps.append(.enterRoot)
        return steps
            + ProgramSteps(
                resourceLimits: plan.resourceLimits, workingDirectory: plan.workingDirectory, user: user,
                capabilities: plan.capabilities, noNewPrivileges: plan.noNewPrivileges, filter: filter,
                arguments: plan.arguments, environment: plan.environment
            ).list(entering: users.map { [.joinUserNamespace(first: $0.first), .newKeyring] } ?? [])
    }

    /// Layers, those of images that are volumes too, and volumes that have not been found yet.
    private var mapping: [LaunchStep] {
        var layers: [String] = []
        for layer in plan.layers + plan.volumes.flatMap(\.layers) where !layers.contains(layer) { layers.append(layer) }
        let volumes = plan.volumes.filter { $0.propagation == .none && bind($0).isMapped }
        return [.mapLayers(layers)] + volumes.map { .holdVolume(bind($0)) }
    }

    private func bind(_ volume: VolumePlacement) -> VolumeBind {
        var bind = volume.bind
        bind.isMapped = users != nil && volume.layers.isEmpty && !volume.isMemory
        return bind
    }

    /// The operator's, those with the fewest names in their target first: what lies inside another comes after it. A
    /// volume at the very place of a file of ours takes that place.
    private var mounts: [LaunchStep] {
        let taken = Set(plan.volumes.map(\.target))
        var found: [(depth: Int, step: LaunchStep)] = []
        for mount in plan.mounts where !taken.contains(mount.target) {
            found.append(
                (
                    mount.target.split(separator: "/").count,
                    .bind(
                        source: mount.source, target: mount.target,
                        attributes: mount.readOnly ? [.readOnly] : [], recursive: true)
                ))
        }
        if plan.volumes.isEmpty { return found.map(\.step) }
        for volume in plan.volumes {
            let step: LaunchStep =
                volume.layers.isEmpty
                ? .showVolume(bind(volume))
                : .showImage(layers: volume.layers, bind: volume.bind, place: shared.place)
            found.append((volume.target.split(separator: "/").count, step))
        }
        // sort(by:) need not keep the order of equals.
        let order = found.enumerated().sorted { ($0.element.depth, $0.offset) < ($1.element.depth, $1.offset) }
        return order.map(\.element.step)
    }

    private static let hard: MountAttributes = [.noSetuid, .noDevices, .noExecute]

    private var kernelFileSystems: [LaunchStep] {
        [
            .mount(type: "proc", target: "/proc", attributes: Self.hard, data: ""),
            .mount(
                type: "sysfs", target: "/sys", attributes: plan.privileged ? Self.hard : Self.hard.union(.readOnly),
                data: ""),
        ]
    }

    /// runc's /dev, but without the right to hold devices: what a job makes there with CAP_MKNOD cannot be opened, and
    /// the six that it needs come as bind mounts of the host's own.
    private var devices: [LaunchStep] {
        var steps: [LaunchStep] = [
            .mount(
                type: "tmpfs", target: "/dev",
                attributes: plan.privileged ? [.noSetuid] : [.noSetuid, .noDevices], data: "mode=755,size=65536k")
        ]
        steps += ["null", "zero", "full", "random", "urandom", "tty"].map { .device("/dev/" + $0) }
        steps += [
            .mount(
                type: "devpts", target: "/dev/pts", attributes: [.noSetuid, .noExecute],
                data: "newinstance,ptmxmode=0666,mode=0620,gid=\((users?.first ?? 0) + 5)"),
            .link(to: "pts/ptmx", target: "/dev/ptmx"),
            .link(to: "/proc/self/fd", target: "/dev/fd"),
            .link(to: "/proc/self/fd/0", target: "/dev/stdin"),
            .link(to: "/proc/self/fd/1", target: "/dev/stdout"),
            .link(to: "/proc/self/fd/2", target: "/dev/stderr"),
        ]
        if namespaces.contains(.ipc) {
            steps.append(
                .mount(
                    type: "tmpfs", target: "/dev/shm", attributes: Self.hard,
                    data: "mode=1777,size=\(max(1, plan.sharedMemoryBytes / 1024))k"))
        } else {
            // Shared memory and semaphores by name live in there: the host's with the host's.
            steps.append(.bind(source: "/dev/shm", target: "/dev/shm", attributes: [], recursive: false))
        }
        steps.append(.mount(type: "mqueue", target: "/dev/mqueue", attributes: Self.hard, data: ""))
        return steps
    }

    private var terminal: [LaunchStep] { plan.streams.contains(.terminal) ? [.openTerminal, .showConsole] : [] }

    /// Programs look at their limits here. On a hybrid host they find their own v1 groups, as they would with runc.
    private var controlGroups: [LaunchStep] {
        let target = "/sys/fs/cgroup"
        let attributes = plan.privileged ? Self.hard : Self.hard.union(.readOnly)
        if groups.legacy.isEmpty {
            return [.mount(type: "cgroup2", target: target, attributes: attributes, data: "")]
        }
        var steps: [LaunchStep] = [
            .mount(type: "tmpfs", target: target, attributes: Self.hard, data: "mode=755,size=64k")
        ]
        for (controller, directory) in groups.legacy {
            steps.append(
                .bind(source: directory, target: target + "/" + controller, attributes: attributes, recursive: false))
        }
        if !plan.privileged { steps.append(.makeReadOnly(target: target)) }
        return steps
    }
}

extension StepCompiler.Groups {
    init(_ cgroup: ContainerCgroup) {
        // A thread that writes itself into `tasks` needs no lock; `cgroup.procs` takes one for all processes of the host
        // and waits for a grace period of RCU (kernel/cgroup/cgroup.c, cgroup_procs_write_start): 7 ms against 0.2 ms
        // here. Our child has one thread, so both mean the same.
        tasks = cgroup.legacyProcsPaths.map { path in
            let suffix = "/cgroup.procs"
            return path.hasSuffix(suffix) ? path.dropLast(suffix.count) + "/tasks" : path
        }
        let shown: [ControllerName] = [.cpu, .memory, .pids]
        legacy = cgroup.group.homes.filter { $0.version == .v1 && shown.contains($0.controller) }
            .map { ($0.controller.rawValue, $0.directory) }
    }
}
