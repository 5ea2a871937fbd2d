import Launch
import Linux

/// The password and group file of an image. They may be anything: devices, pipes that never end, links to elsewhere.
enum UserFiles {
    /// More than any honest file; what is larger is refused and not cut.
    static let limit = 4 << 20

    static func look(up request: UserRequest, in root: borrowing RootDirectory) throws -> ResolvedUser {
        let passwd = try read("/etc/passwd", in: root)
        let group = try read("/etc/group", in: root)
        do { return try request.resolve(passwd: passwd, group: group) } catch { throw StepError(error) }
    }

    /// A file that is not there is empty, as in an image with nothing but one program.
    private static func read(_ path: String, in root: borrowing RootDirectory) throws -> [UInt8] {
        let file: OwnedDescriptor
        do {
            // Not blocking: the open of a pipe would wait for a writer.
            file = try root.open(path, [.read, .nonBlocking, .noTerminal])
        } catch {
            if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { return [] }
            throw StepError(.unusableUserFile, errno: error.errno.rawValue)
        }
        guard let status = try? file.status(), status.isRegular, status.size <= limit,
            try file.fileSystemMagic() != Files.Magic.proc
        else { throw StepError(.unusableUserFile) }
        do { return try file.readAll(limit: limit) } catch {
            throw StepError(.unusableUserFile, errno: error.errno.rawValue)
        }
    }
}
