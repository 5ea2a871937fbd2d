import Launch
import Linux

/// What of a volume a container is to see, found once and from then on a descriptor. Other containers of the pod may
/// change the volume while we look: nothing here is looked up by a name that leads out of it (CVE-2017-1002101,
/// CVE-2021-25741).
enum VolumeTree {
    /// A detached copy of the mount, restricted to the part that is wanted.
    static func open(_ bind: VolumeBind, _ users: PodUsers?) throws -> OwnedDescriptor {
        let tree = try open(bind)
        if bind.isMapped {
            guard let users else { throw StepError(.call, errno: 22) }
            try users.map(tree, recursive: true)
        }
        return tree
    }

    private static func open(_ bind: VolumeBind) throws -> OwnedDescriptor {
        let source = try OwnedDescriptor.open(bind.source, [.place])
        if bind.subPath.isEmpty { return try Mounts.copy(of: source, recursive: true) }
        return try part(bind.subPath, of: source)
    }

    /// An overlay of layers that nobody writes to. With only one of them the layer itself.
    static func open(layers: [String], _ bind: VolumeBind, place: String) throws -> OwnedDescriptor {
        if layers.count == 1 {
            let layer = try OwnedDescriptor.open(layers[0], [.place, .directory, .noFollow])
            if bind.subPath.isEmpty { return try Mounts.copy(of: layer, recursive: false) }
            return try part(bind.subPath, of: layer, isMade: false)
        }
        try RootMount.overlay(layers, at: place)
        // The last mount at the place is ours; what is below it, perhaps the root itself, is seen again afterwards.
        let root = try OwnedDescriptor.open(place, [.place, .directory, .noFollow])
        let tree: OwnedDescriptor
        if bind.subPath.isEmpty {
            tree = try Mounts.copy(of: root, recursive: false)
        } else {
            tree = try part(bind.subPath, of: root, isMade: false)
        }
        try Mounts.detach(place)
        return tree
    }

    private static func part(
        _ subPath: String, of volume: borrowing OwnedDescriptor, isMade: Bool = true
    ) throws -> OwnedDescriptor {
        let place: OwnedDescriptor
        do throws(SyscallError) {
            place = try Paths.locate(RawPath(subPath), beneath: volume.raw)
        } catch {
            guard error.isMissing, isMade else { throw error }
            place = try make(subPath, in: volume)
        }
        return try Mounts.copy(of: place, recursive: true)
    }

    /// Makes the directories that are missing, with the mode of the volume's own, as the kubelet does. Each is made in,
    /// and then opened from, a directory that is held; none of the new ones may be a link.
    private static func make(_ subPath: String, in volume: borrowing OwnedDescriptor) throws -> OwnedDescriptor {
        let mode = try Paths.status(volume.raw).mode
        let names = subPath.split(separator: "/").filter { $0 != "." }.map { String($0) }
        var existing = names.count - 1
        var current = try Paths.locate(RawPath("."), beneath: volume.raw)
        while existing > 0 {
            do throws(SyscallError) {
                current = try Paths.locate(RawPath(names[..<existing].joined(separator: "/")), beneath: volume.raw)
                break
            } catch {
                guard error.isMissing else { throw error }
                existing -= 1
            }
        }
        for name in names[max(0, existing)...] {
            let name = RawPath(name)
            var isNew = true
            do throws(SyscallError) {
                try Paths.makeDirectory(name, in: current.raw, mode: mode)
            } catch {
                guard error.isTaken else { throw error }
                isNew = false
            }
            let next = try Paths.openDirectory(name, in: current.raw)
            // mkdir(2) passes the group of a setgid directory on, and not always its bits.
            if isNew { try Paths.setMode(next.raw, mode) }
            current = next
        }
        return current
    }
}

extension RootDirectory {
    /// Puts the tree in its place inside the root.
    borrowing func show(_ tree: borrowing OwnedDescriptor, _ bind: VolumeBind) throws {
        try Mounts.propagate(tree, MountPropagation(bind.propagation))
        if bind.attributes != [] {
            // Before it is attached: nobody ever sees it without.
            try Mounts.restrict(tree, attributes: bind.attributes.rawValue, recursive: bind.isRecursive)
        }
        let place: OwnedDescriptor
        if try tree.status().isDirectory {
            place = try makeDirectories(bind.target, mode: 0o755)
        } else {
            place = try openOrMakeFile(bind.target)
        }
        // What is mounted over /proc is what a later write to /proc would go to (CVE-2019-16884).
        guard try place.fileSystemMagic() != Files.Magic.proc else { throw StepError(.call, errno: 22) }
        try Mounts.attach(tree, on: place)
    }
}

extension MountPropagation {
    fileprivate init(_ propagation: VolumeBind.Propagation) {
        self =
            switch propagation {
            case .none: .none
            case .hostToContainer: .following
            case .bidirectional: .both
            }
    }
}
