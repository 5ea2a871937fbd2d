/// A volume, or a part of it, as a container sees it.
public struct VolumeBind: Hashable, Sendable {
    public enum Propagation: UInt8, Sendable {
        case none, hostToContainer, bidirectional
    }

    /// The volume's, for messages.
    public var name: String
    /// A file or directory of the host, chosen by the operator or made by the daemon: links in it are followed.
    public var source: String
    /// Below the source, never out of it; empty is the source itself. Made as a directory if it is missing.
    public var subPath: String
    /// Inside the container's root.
    public var target: String
    public var attributes: MountAttributes
    /// The attributes hold for what is mounted below the source too.
    public var isRecursive: Bool
    public var propagation: Propagation
    /// Shown with the ids of the pod's user namespace.
    public var isMapped = false

    public init(
        name: String, source: String, subPath: String = "", target: String, attributes: MountAttributes = [],
        isRecursive: Bool = false, propagation: Propagation = .none
    ) {
        self.name = name
        self.source = source
        self.subPath = subPath
        self.target = target
        self.attributes = attributes
        self.isRecursive = isRecursive
        self.propagation = propagation
    }
}

extension VolumeBind {
    func write(to writer: inout WireWriter) {
        writer.put(name)
        writer.put(source)
        writer.put(subPath)
        writer.put(target)
        writer.put(attributes.rawValue)
        writer.put(isRecursive)
        writer.put(propagation.rawValue)
    }

    /// - Parameter isMapped: the kind of the step says.
    init(from reader: inout WireReader, isMapped: Bool = false) throws(WireError) {
        self.isMapped = isMapped
        name = try reader.take()
        source = try reader.take()
        subPath = try reader.take()
        target = try reader.take()
        attributes = MountAttributes(rawValue: try reader.take())
        isRecursive = try reader.take()
        guard let propagation = Propagation(rawValue: try reader.take()) else { throw .badValue("propagation") }
        self.propagation = propagation
    }
}

/// A volume of memory: a tmpfs that the supervisor mounts in a mount namespace of the pod's own, so that it goes with the
/// last process of the pod, whatever ends that.
public struct MemoryVolume: Hashable, Sendable {
    /// The volume's, for messages.
    public var name: String
    /// An empty directory of the daemon's.
    public var path: String
    /// At least one page.
    public var bytes: UInt64
    public var mode: UInt32
    /// The host's number for the user that owns it; nil is root.
    public var owner: UInt32?
    /// The host's number for the group that owns it; nil is root's.
    public var group: UInt32?

    public init(
        name: String, path: String, bytes: UInt64, mode: UInt32, owner: UInt32? = nil, group: UInt32? = nil
    ) {
        self.name = name
        self.path = path
        self.bytes = bytes
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}

extension MemoryVolume {
    func write(to writer: inout WireWriter) {
        writer.put(name)
        writer.put(path)
        writer.put(bytes)
        writer.put(mode)
        writer.put(owner) { $0.put($1) }
        writer.put(group) { $0.put($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        name = try reader.take()
        path = try reader.take()
        bytes = try reader.take()
        mode = try reader.take()
        owner = try reader.takeOptional { (reader) throws(WireError) -> UInt32 in try reader.take() }
        group = try reader.takeOptional { (reader) throws(WireError) -> UInt32 in try reader.take() }
    }
}
