/// One thing the container's first process does to itself on its way to the user's program.
///
/// The daemon compiles a container into a list of these (`Containers/LaunchStep+Compile.swift` says why in which
/// order); the init performs the list from the top and has nothing to decide. Paths called `target` are inside the
/// container's root and are resolved as if it were "/" already; all others are the host's.
public enum LaunchStep: Equatable, Sendable {
    /// Writes "0" to each file, the `tasks` files of v1 hierarchies. Where there is only v2, the process is born inside.
    case joinControlGroups([String])
    /// `/proc/self/oom_score_adj`, -1000...1000.
    case setOOMScoreAdjust(Int32)
    /// An empty session keyring of its own.
    case newKeyring
    /// The groups joined before become the roots the container sees.
    case newControlGroupNamespace
    /// Nothing mounted from here on is seen by the host, nor the other way round.
    case isolateMounts
    /// An overlay of `layers` (bottom first, read-only) and a writable directory, on `place`.
    case mountRoot(layers: [String], upper: String, work: String, place: String, allowDevices: Bool)
    /// A new file system on a directory, made if it is missing. No part of the target may be a symbolic link.
    case mount(type: String, target: String, attributes: MountAttributes, data: String)
    /// Shows a host file or directory at a target, made if it is missing; links in the target stay inside the root.
    case bind(source: String, target: String, attributes: MountAttributes, recursive: Bool)
    /// Shows one of the host's device nodes at the same path.
    case device(String)
    /// A symbolic link in a directory of our own making.
    case link(to: String, target: String)
    /// Directories down to the target, as `mkdir -p`.
    case makeDirectory(target: String, mode: UInt32)
    /// Hides a file behind `/dev/null`, a directory behind an empty one. What is not there needs no hiding.
    case mask(target: String)
    /// Makes what is at the target read-only, as far down as its own mount goes.
    case makeReadOnly(target: String)
    /// Makes the root file system read-only.
    case makeRootReadOnly
    /// Shows the directories of layers, here and for nobody else, with the ids of the pod's user namespace.
    case mapLayers([String])
    /// Files made from here on belong to this id and group of the host.
    case ownFiles(UInt32)
    /// Becomes root of the pod's user namespace, with mount and cgroup namespaces that belong to it. The number is the
    /// host's for that root.
    case joinUserNamespace(first: UInt32)
    /// `pivot_root`; the host's files are gone from here on.
    case enterRoot
    /// `resource` is a RLIMIT_… number; `UInt64.max` is no limit.
    case setResourceLimit(resource: UInt32, soft: UInt64, hard: UInt64)
    /// Through no link of /proc. The directory must be inside the root.
    case changeDirectory(String)
    /// Takes everything else out of the capability bounding set. Bits are CAP_… numbers.
    case limitBoundingCapabilities(UInt64)
    /// Looks the user up in the container's files and becomes them, keeping the permitted capabilities.
    case becomeUser(UserRequest)
    /// Effective and permitted; inheritable and ambient become empty.
    case setCapabilities(UInt64)
    case setNoNewPrivileges
    /// The bytes of an array of `struct sock_filter`.
    case loadFilter([UInt8])
    /// Takes hold of a volume whose later mounts are to travel, before mounts become private. Shown by `showVolume`.
    case holdVolume(VolumeBind)
    /// Shows a volume or a part of it at its target, made if it is missing; links in the target stay inside the root.
    case showVolume(VolumeBind)
    /// Shows the files of an image at a target, never to be written. Any directory will do for `place`.
    case showImage(layers: [String], bind: VolumeBind, place: String)
    /// Writes a file below `/proc/sys` of the host, which shows the namespaces of whoever looks, and reads it again.
    case setKernelParameter(path: String, value: String)
    /// Closes every descriptor but 0, 1 and 2 and runs the program, looked up in the environment's PATH.
    case execute(arguments: [String], environment: [String])
    /// Joins the namespaces of the process that ``ExecLaunch/processDescriptor`` is, its root included; with `user` its
    /// user namespace too, which must not be our own. For a command in a running container, instead of `enterRoot`.
    case joinContainer(user: Bool)
    /// A terminal in the container's own /dev/pts becomes the controlling one and descriptors 0, 1 and 2; its outer end
    /// goes to whoever holds the other end of the control socket.
    case openTerminal
    /// Shows the terminal that was opened before at `/dev/console` too.
    case showConsole
}

/// MOUNT_ATTR_… of mount_setattr(2), in the kernel's bits.
public struct MountAttributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let readOnly = MountAttributes(rawValue: 1)
    public static let noSetuid = MountAttributes(rawValue: 2)
    public static let noDevices = MountAttributes(rawValue: 4)
    public static let noExecute = MountAttributes(rawValue: 8)
}
