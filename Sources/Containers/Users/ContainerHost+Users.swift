import Launch
import Linux

extension ContainerHost {
    /// In a pod's run directory: the first id of its range. It is there before anything runs with such an id, and goes
    /// with the directory, after everything was killed. So a range is never two pods' at once, whenever a daemon dies.
    private func usersFile(_ uid: String) -> String { runDirectory(uid) + "/users" }

    /// Chooses ids for a pod, whose run directory is there, and writes them down. Blocks.
    func takeUsers(for uid: String) throws(ContainerError) -> UserRange {
        try choosingUsers.withLock { (_) throws(ContainerError) -> UserRange in
            let pods: [String]
            do throws(SyscallError) {
                pods = try Files.list(podsDirectory).filter(\.isDirectory).map(\.name)
            } catch { throw .kernel(error) }
            let foreign = ["/etc/subuid", "/etc/subgid"].flatMap { path in
                // A host without the file has given nothing to anybody.
                UserRanges.foreign((try? Files.readText(path)) ?? "")
            }
            // Of a file that was not finished nothing runs yet, and its pod will not be started by it.
            let taken = Set(pods.compactMap { try? self.users(of: $0) })
            guard let users = UserRanges.choose(taken: taken, foreign: foreign) else { throw .noUsersLeft }
            do throws(SyscallError) {
                let path = usersFile(uid)
                _ = try OwnedDescriptor.open(path, [.write, .create, .exclusive, .noFollow], mode: 0o600)
                try Files.write("\(users.first)\n", to: path)
            } catch { throw .kernel(error) }
            return users
        }
    }

    /// Nil of a pod that has none.
    ///
    /// - Throws: when it has, and cannot be told which: taken for none, root of the next container would be the host's.
    func users(of uid: String) throws(ContainerError) -> UserRange? {
        let text: String
        do throws(SyscallError) { text = try Files.readText(usersFile(uid)) } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw .kernel(error)
        }
        guard let users = UInt32(text.split(separator: "\n").first ?? "").flatMap(UserRange.init(first:)) else {
            throw .plan(field: "hostUsers", problem: "the ids of pod \(uid) are not known any more")
        }
        return users
    }
}
