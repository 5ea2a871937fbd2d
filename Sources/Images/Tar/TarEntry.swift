internal import Linux

/// One member of a tar with everything its headers say, names as raw bytes, nothing judged yet.
struct TarEntry {
    enum Kind: Hashable { case regular, hardLink, symlink, characterDevice, blockDevice, directory, fifo }

    var kind: Kind
    var path: [UInt8]
    /// Target of a hard or symbolic link.
    var link: [UInt8]
    /// Permission bits with setuid, setgid and sticky.
    var mode: UInt32
    var user: UInt32
    var group: UInt32
    /// Of the data that follows; 0 for anything but a regular file.
    var size: UInt64
    var modified: FileTime
    /// Of a device.
    var deviceMajor: UInt32
    var deviceMinor: UInt32
    /// Extended attributes by name, as pax carries them.
    var attributes: [(name: String, value: [UInt8])]
}
