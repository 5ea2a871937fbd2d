import Launch
import Linux

/// The host's /proc, before a container's root is entered. Every write goes through a descriptor that was proven to be
/// on procfs: a path can be redirected, and a write that lands in another file is an attacker's write.
enum HostProc {
    static func write(_ name: String, _ text: String) throws {
        let file = try OwnedDescriptor.open("/proc/" + name, [.write, .noFollow])
        guard try file.fileSystemMagic() == Files.Magic.proc else { throw StepError(.notProc) }
        var text = text
        _ = try text.withUTF8 { try file.write(UnsafeRawBufferPointer($0)) }
    }

    static func read(_ name: String) throws -> String {
        let file = try OwnedDescriptor.open("/proc/" + name, [.read, .noFollow])
        guard try file.fileSystemMagic() == Files.Magic.proc else { throw StepError(.notProc) }
        return String(decoding: try file.readAll(limit: 65_536), as: UTF8.self)
    }
}
