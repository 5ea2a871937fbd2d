import Linux

/// A group in one hierarchy, as the directory it is.
struct CgroupDirectory: Sendable, Hashable, Codable {
    let path: String

    static let procs = "cgroup.procs"
    static let events = "cgroup.events"
    static let killFile = "cgroup.kill"
    static let controllers = "cgroup.controllers"
    static let subtreeControl = "cgroup.subtree_control"

    /// Promise 2: written, read back, compared.
    func apply(_ settings: [CgroupSetting]) throws(CgroupError) {
        for setting in settings {
            let file = path + "/" + setting.file
            let found: String
            do {
                if setting.held == nil {
                    try Files.write(setting.value, to: file)
                    continue
                }
                found = try Files.writeAndRead(setting.value, file)
            } catch {
                throw .refused(file: file, wanted: setting.value, error)
            }
            guard found == setting.held else {
                throw .notHeld(file: file, wanted: setting.held ?? "", found: found)
            }
        }
    }

    /// Makes the group. One that is there from an earlier life is replaced, so that limits and counters are new.
    func makeFresh() throws(CgroupError) {
        do {
            try Files.makeDirectory(path)
        } catch {
            guard error.errno == .fileExists else { throw .kernel(error) }
            try remove()
            do { try Files.makeDirectory(path) } catch { throw .kernel(error) }
        }
    }

    /// Makes the group and those above it that are missing; what is there stays as it is.
    func makeIfMissing() throws(CgroupError) {
        guard !Files.exists(path) else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try CgroupDirectory(path: String(path[..<slash])).makeIfMissing()
        }
        do { try Files.makeDirectory(path) } catch { if error.errno != .fileExists { throw .kernel(error) } }
    }

    /// Removes the group and every group below it. Nothing to do is fine.
    ///
    /// - Throws: `.occupied` while a process is in one of them.
    func remove() throws(CgroupError) {
        do {
            try Files.removeDirectory(path)
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory: return
            // Busy is what the kernel says of a group with children or processes.
            case .resourceBusy, .directoryNotEmpty: break
            default: throw .kernel(error)
            }
            let children = try entries().filter(\.isDirectory)
            for child in children { try CgroupDirectory(path: path + "/" + child.name).remove() }
            do {
                try Files.removeDirectory(path)
            } catch {
                if error.errno == .noSuchFileOrDirectory { return }
                if error.errno == .resourceBusy { throw .occupied(group: path, processIDs: processIDs()) }
                throw .kernel(error)
            }
        }
    }

    /// The groups and files in it; nothing when it is not there.
    func entries() throws(CgroupError) -> [Files.Entry] {
        do {
            return try Files.list(path)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return [] }
            throw .kernel(error)
        }
    }

    /// Who is in the group itself, for messages: an unreadable list is an empty one.
    func processIDs() -> [Int32] {
        // Why nothing could be read would only hide the error this is printed in.
        let text = (try? Files.readText(path + "/" + Self.procs)) ?? ""
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Lets children have these controllers; those that have them already are left alone.
    func handDown(_ controllers: [ControllerName]) throws(CgroupError) {
        guard !controllers.isEmpty else { return }
        let file = path + "/" + Self.subtreeControl
        let enabled = try words(of: file)
        let missing = controllers.map(\.rawValue).filter { !enabled.contains($0) }
        guard !missing.isEmpty else { return }
        let offered = try words(of: path + "/" + Self.controllers)
        for name in missing where !offered.contains(name) { throw .controllerNotEnabled(name, group: path) }
        let request = missing.map { "+" + $0 }.joined(separator: " ")
        do {
            try Files.write(request, to: file)
        } catch {
            if error.errno == .resourceBusy { throw .occupied(group: path, processIDs: processIDs()) }
            throw .refused(file: file, wanted: request, error)
        }
    }

    private func words(of file: String) throws(CgroupError) -> [String] {
        let text = try asCgroupError { () throws(SyscallError) in try Files.readText(file) }
        return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
