import Launch
import Linux

/// What is made and mounted inside a root that is not trusted. Each target is looked up once, from the root's
/// descriptor, and from then on it is that descriptor.
extension RootDirectory {
    borrowing func mount(_ type: String, _ target: String, _ attributes: MountAttributes, _ data: String) throws {
        // A link here would be the image's choice of where the kernel's files go (CVE-2019-19921 and its children).
        let directory = try makeDirectories(target, mode: 0o755, refusing: [.links, .magicLinks])
        try Mounts.mount(type, on: directory, attributes: attributes.rawValue, data: data)
    }

    borrowing func bind(_ source: String, _ target: String, _ attributes: MountAttributes, recursive: Bool) throws {
        let tree = try Mounts.copy(source, recursive: recursive)
        if try tree.status().isDirectory {
            let place = try makeDirectories(target, mode: 0o755)
            try attach(tree, on: place, attributes, recursive: recursive)
        } else {
            let place = try openOrMakeFile(target)
            try attach(tree, on: place, attributes, recursive: false)
        }
    }

    private borrowing func attach(
        _ tree: borrowing OwnedDescriptor, on place: borrowing OwnedDescriptor, _ attributes: MountAttributes,
        recursive: Bool
    ) throws {
        // Before it is attached: nobody ever sees it without.
        if attributes != [] { try Mounts.restrict(tree, attributes: attributes.rawValue, recursive: recursive) }
        try Mounts.attach(tree, on: place)
    }

    /// The host's node itself, not a copy: /dev in the container is mounted without devices, so that none that a job
    /// makes there works, and a bind mount carries its own permission.
    borrowing func showDevice(_ path: String) throws {
        let tree = try Mounts.copy(path, recursive: false)
        guard try tree.status().isCharacterDevice else { throw StepError(.call, errno: 19) }
        let place = try openOrMakeFile(path)
        try attach(tree, on: place, [.noSetuid, .noExecute], recursive: false)
    }

    /// The inner end of a terminal of the container's own, by descriptor: a bind mount of a name in /dev/pts could be that
    /// of another file (CVE-2025-52565).
    borrowing func showTerminal(_ number: Int32, at path: String) throws {
        let inner = try OwnedDescriptor.duplicate(number)
        guard try Terminals.isInner(inner) else { throw StepError(.call, errno: 19) }
        let tree = try Mounts.copy(of: inner, recursive: false)
        let place = try openOrMakeFile(path)
        try attach(tree, on: place, [.noSetuid, .noExecute], recursive: false)
    }

    borrowing func makeLink(_ target: String, to: String) throws {
        try Mounts.makeLink(in: try openParent(target), lastName(target), to: to)
    }

    /// Hides what is there. The sources are the host's own /dev/null and a file system of our own, never something
    /// found in the container (CVE-2025-31133).
    borrowing func mask(_ target: String) throws {
        guard let place = try openIfThere(target) else { return }
        if try place.status().isDirectory {
            let attributes: MountAttributes = [.readOnly, .noSetuid, .noDevices, .noExecute]
            try Mounts.mount("tmpfs", on: place, attributes: attributes.rawValue, data: "size=0k")
        } else {
            let tree = try Mounts.copy("/dev/null", recursive: false)
            guard try tree.status().isNullDevice else { throw StepError(.call, errno: 19) }
            try Mounts.attach(tree, on: place)
        }
    }

    borrowing func makeReadOnly(_ target: String) throws {
        guard let place = try openIfThere(target) else { return }
        do throws(SyscallError) {
            return try Mounts.restrict(place, attributes: MountAttributes.readOnly.rawValue, recursive: true)
        } catch {
            // EINVAL: not a mount of its own. It becomes one.
            if error.errno != .invalidArgument { throw error }
        }
        let tree = try Mounts.copy(of: place, recursive: true)
        try attach(tree, on: place, .readOnly, recursive: true)
    }

    // MARK: walking

    /// For paths of kernel file systems that this kernel may not have.
    private borrowing func openIfThere(_ target: String) throws(SyscallError) -> OwnedDescriptor? {
        do {
            return try open(target, [.place, .noFollow], refusing: [.links, .magicLinks])
        } catch {
            if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { return nil }
            throw error
        }
    }

    /// `mkdir -p`, one name at a time below a directory that is held, so that no link is followed that could have been
    /// put there meanwhile.
    @discardableResult
    borrowing func makeDirectories(
        _ target: String, mode: UInt32, refusing: Refusals = .magicLinks
    ) throws(SyscallError) -> OwnedDescriptor {
        do {
            return try open(target, [.place, .directory], refusing: refusing)
        } catch {
            if error.errno != .noSuchFileOrDirectory { throw error }
        }
        var path = "/"
        for name in target.split(separator: "/") {
            let parent = try open(path, [.place, .directory], refusing: refusing)
            do {
                try Mounts.makeDirectory(in: parent, String(name), mode: mode)
            } catch {
                if error.errno != .fileExists { throw error }
            }
            path += path == "/" ? String(name) : "/" + name
        }
        return try open(target, [.place, .directory], refusing: refusing)
    }

    private borrowing func openParent(_ target: String) throws -> OwnedDescriptor {
        let parent = "/" + target.split(separator: "/").dropLast().joined(separator: "/")
        return try makeDirectories(parent, mode: 0o755)
    }

    private borrowing func lastName(_ target: String) -> String {
        target.split(separator: "/").last.map { String($0) } ?? "."
    }

    /// A place for a file to be shown on. A link there is followed inside the root; one that leads nowhere is replaced
    /// if it is the file's own name, and an error if it is a directory above.
    borrowing func openOrMakeFile(_ target: String) throws -> OwnedDescriptor {
        do {
            return try open(target, [.place])
        } catch {
            if error.errno != .noSuchFileOrDirectory { throw error }
        }
        let parent = try openParent(target)
        let name = lastName(target)
        do {
            try Mounts.makeFile(in: parent, name, mode: 0o644)
        } catch {
            if error.errno != .fileExists { throw error }
            try Mounts.remove(in: parent, name)
            try Mounts.makeFile(in: parent, name, mode: 0o644)
        }
        return try open(target, [.place])
    }
}
