import Launch
import Linux

/// The first process of a container, between clone and exec: performs the list from the top.
struct ContainerChild: ~Copyable {
    /// The container's root once it is mounted.
    private var root: RootDirectory?
    private var user: ResolvedUser?
    /// Standard descriptors that are the program's own, so that it may open them again by name.
    private var streams: [Int32] = [1, 2]
    /// Where the outer end of a terminal goes.
    private var terminalSocket: Int32?
    /// Trees of volumes that are shown later than they are found, by target.
    private var held: [String: Int32] = [:]
    /// The pod's own.
    private var users: PodUsers?

    /// Never returns: it becomes the program, or says why not and ends.
    static func run(_ steps: [LaunchStep], _ ends: PipeEnds, _ users: PodUsers?) -> Never {
        var index: UInt32 = 0
        var pipe = ends.failure.write
        do {
            try Processes.newSession()
            // Directories and nodes get exactly the mode that the plan says.
            Processes.setFileMode(mask: 0)
            var child = ContainerChild()
            child.users = users
            if let input = ends.input {
                try StandardDescriptor.place(input.read, at: 0)
                child.streams = [0, 1, 2]
            }
            if let output = ends.output { try StandardDescriptor.place(output.write, at: 1) }
            if let errors = ends.errors { try StandardDescriptor.place(errors.write, at: 2) }
            if let terminal = ends.terminal {
                child.terminalSocket = terminal.theirs
                // What is there before the terminal is the host's /dev/null.
                child.streams = []
            }
            // The plan's own connection had this number; it is the parent's business.
            try StandardDescriptor.placeClosingOnExec(ends.failure.write, at: Frame.controlDescriptor)
            pipe = Frame.controlDescriptor
            try child.perform(steps, &index)
        } catch {
            report(error, at: index, to: pipe)
        }
        Processes.exit(127)
    }

    /// The same for a command in a container that runs: it was born with its streams, and in the group of its own.
    static func runCommand(_ steps: [LaunchStep], failure: Int32) -> Never {
        var index: UInt32 = 0
        var pipe = failure
        do {
            try Processes.newSession()
            Processes.setFileMode(mask: 0)
            // Before the container's namespaces are joined nothing of the host's is open any more but the streams, the
            // pipe and the socket: no directory to walk out of (CVE-2016-9962, CVE-2024-21626).
            let socket = ExecLaunch.groupDescriptor
            try StandardDescriptor.placeClosingOnExec(Frame.controlDescriptor, at: socket)
            try StandardDescriptor.placeClosingOnExec(failure, at: Frame.controlDescriptor)
            pipe = Frame.controlDescriptor
            try StandardDescriptor.closeAll(from: UInt32(socket) + 1)
            var child = ContainerChild()
            child.terminalSocket = socket
            child.streams = try [0, 1, 2].filter { number in try !StandardDescriptor.isNull(number) }
            try child.perform(steps, &index)
        } catch {
            report(error, at: index, to: pipe)
        }
        Processes.exit(127)
    }

    private static func report(_ error: any Error, at index: UInt32, to pipe: Int32) {
        StepFailure(index, error).tell(OwnedDescriptor(owning: pipe))
    }

    /// - Parameter index: of the step that is being performed.
    private mutating func perform(_ steps: [LaunchStep], _ index: inout UInt32) throws {
        for (number, step) in steps.enumerated() {
            index = UInt32(number)
            try perform(step)
        }
        // A list without `execute` is our own mistake.
        throw StepError(.call, errno: 22)
    }

    private mutating func perform(_ step: LaunchStep) throws {
        switch step {
        case .joinControlGroups(let files):
            // "0" is the writer, whatever its pid in whichever namespace.
            for file in files { try Files.write("0", to: file) }
        case .setOOMScoreAdjust(let value):
            try HostProc.write("self/oom_score_adj", String(value))
        case .newKeyring:
            try Identity.joinNewKeyring()
        case .newControlGroupNamespace:
            try Processes.unshare(.controlGroups)
        case .isolateMounts:
            try Mounts.makeAllPrivate()
        case .mountRoot(let layers, let upper, let work, let place, let allowDevices):
            root = try RootMount.perform(layers, upper, work, place, allowDevices: allowDevices)
        case .mount(let type, let target, let attributes, let data):
            try withRoot { root in try root.mount(type, target, attributes, data) }
        case .bind(let source, let target, let attributes, let recursive):
            try withRoot { root in try root.bind(source, target, attributes, recursive: recursive) }
        case .device(let path):
            try withRoot { root in try root.showDevice(path) }
        case .link(let to, let target):
            try withRoot { root in try root.makeLink(target, to: to) }
        case .makeDirectory(let target, let mode):
            try withRoot { root in _ = try root.makeDirectories(target, mode: mode) }
        case .mask(let target):
            try withRoot { root in try root.mask(target) }
        case .makeReadOnly(let target):
            try withRoot { root in try root.makeReadOnly(target) }
        case .makeRootReadOnly:
            try withRoot { root in
                try Mounts.restrict(root.descriptor, attributes: MountAttributes.readOnly.rawValue, recursive: false)
            }
        case .enterRoot:
            try withRoot { root in try Mounts.makeRoot(root.descriptor) }
        case .setResourceLimit(let resource, let soft, let hard):
            try Identity.setLimit(resource, soft: soft, hard: hard)
        case .changeDirectory(let path):
            try withRoot { root in
                let directory = try root.open(path, [.place, .directory])
                try Mounts.enter(directory)
                // The same question by other means: a directory outside has no name in here.
                guard Mounts.workingDirectory() != nil else { throw StepError(.call, errno: 2) }
            }
        case .limitBoundingCapabilities(let mask):
            try Identity.limitBoundingCapabilities(to: mask)
        case .becomeUser(let request):
            let user = try withRoot { root in try UserFiles.look(up: request, in: root) }
            try become(user)
        case .setCapabilities(let mask):
            try Identity.setCapabilities(mask)
        case .setNoNewPrivileges:
            try Identity.setNoNewPrivileges()
        case .loadFilter(let program):
            try Identity.loadFilter(program)
        case .mapLayers(let layers):
            try requireUsers().show(layers)
        case .ownFiles(let id):
            try Identity.setFileOwner(id, group: id)
        case .joinUserNamespace(let first):
            let users = try requireUsers()
            // While we may: in there nobody can be given what belongs to the host's root.
            for number in streams { try StandardDescriptor.give(number, uid: first, gid: first) }
            try users.becomeRoot()
            // Copies whose single mounts cannot be taken off by whoever is root in there (mount_namespaces(7)).
            try Processes.unshare([.mounts, .controlGroups])
            root = RootDirectory(try OwnedDescriptor.open("/", [.place, .directory]))
        case .holdVolume(let bind):
            held[bind.target] = try VolumeTree.open(bind, users).release()
        case .showVolume(let bind):
            let number = try held.removeValue(forKey: bind.target) ?? VolumeTree.open(bind, users).release()
            let tree = OwnedDescriptor(owning: number)
            try withRoot { root in try root.show(tree, bind) }
        case .showImage(let layers, let bind, let place):
            let tree = try VolumeTree.open(layers: layers, bind, place: place)
            try withRoot { root in try root.show(tree, bind) }
        case .execute(let arguments, let environment):
            throw try Execution.perform(arguments, environment, user: user)
        case .joinContainer(let user):
            if user {
                // Nobody in there can be given what belongs to the host's root; so everybody who gets at them may use them.
                for number in streams { try StandardDescriptor.setMode(number, 0o666) }
                streams = []
            }
            root = try RunningRoot.join(user: user)
        case .openTerminal:
            guard let terminalSocket else { throw StepError(.call, errno: 22) }
            try withRoot { root in try RunningRoot.openTerminal(in: root, tellingOver: terminalSocket) }
            streams = [0, 1, 2]
        case .showConsole:
            try withRoot { root in try root.showTerminal(0, at: "/dev/console") }
        case .setKernelParameter(let path, let value):
            try KernelParameter.set(path, value)
        }
    }

    private func requireUsers() throws -> PodUsers {
        // A step of a pod with users of its own, in one without: the plan is wrong.
        guard let users else { throw StepError(.call, errno: 22) }
        return users
    }

    private func withRoot<R>(_ body: (borrowing RootDirectory) throws -> R) throws -> R {
        switch root {
        case .some(let root): return try body(root)
        // A step that needs a root before there is one: the plan is wrong.
        case .none: throw StepError(.call, errno: 22)
        }
    }

    private mutating func become(_ user: ResolvedUser) throws {
        self.user = user
        // The pipes belong to root; a program that opens /dev/stdout again must be allowed to.
        for number in streams { try StandardDescriptor.give(number, uid: user.uid, gid: user.gid) }
        try Identity.keepCapabilities(true)
        // Groups first: after the user has changed it is too late.
        try Identity.setGroups(user.groups)
        try Identity.setGroup(user.gid)
        try Identity.setUser(user.uid)
        try Identity.keepCapabilities(false)
    }
}
