import Launch
import Linux

/// The overlay that becomes a container's root.
enum RootMount {
    /// Layers are named by descriptor numbers, relative to /proc/self/fd: mount(2) takes one page of options, which
    /// some sixty digests would fill; so it is good for five hundred, the most that overlayfs takes.
    ///
    /// `volatile`: nothing that a container wrote is kept when the machine goes down, so nothing needs to be synced when
    /// it ends. Without it every end of a container waits for the whole disk below.
    static func perform(
        _ layers: [String], _ upper: String, _ work: String, _ place: String, allowDevices: Bool
    ) throws -> RootDirectory {
        try mount(layers.reversed() + [upper, work], at: place, allowDevices ? [] : .noDevices) { names in
            let lower = names.dropLast(2).joined(separator: ":")
            return "lowerdir=\(lower),upperdir=\(names[names.count - 2]),workdir=\(names[names.count - 1]),volatile"
        }
        return RootDirectory(try OwnedDescriptor.open(place, [.place, .directory, .noFollow]))
    }

    /// Layers, bottom first and at least two, and nothing above them to write to.
    static func overlay(_ layers: [String], at place: String) throws {
        let attributes: MountAttributes = [.readOnly, .noSetuid, .noDevices, .noExecute]
        try mount(layers.reversed(), at: place, attributes) { "lowerdir=\($0.joined(separator: ":"))" }
    }

    private static func mount(
        _ directories: [String], at place: String, _ attributes: MountAttributes, _ options: ([String]) -> String
    ) throws {
        // Opened here, in the container's own mount namespace: overlayfs takes no layer from another one.
        var numbers: [Int32] = []
        defer { for number in numbers { _ = OwnedDescriptor(owning: number) } }
        for path in directories {
            numbers.append(try OwnedDescriptor.open(path, [.place, .directory, .noFollow]).release())
        }
        let data = options(numbers.map { String($0) })
        guard data.utf8.count < 4096 else { throw StepError(.call, errno: 7) }

        let descriptors = try OwnedDescriptor.open("/proc/self/fd", [.read, .directory])
        guard try descriptors.fileSystemMagic() == Files.Magic.proc else { throw StepError(.notProc) }
        try Mounts.enter(descriptors)
        try Mounts.overlay(at: place, attributes: attributes.rawValue, data: data)
    }
}
