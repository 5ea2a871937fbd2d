import Linux

/// The cgroup hierarchies this process sees, and its own group in each.
struct CgroupHierarchies: Sendable, Hashable {
    struct Hierarchy: Sendable, Hashable {
        let mountPoint: String
        /// The group that is visible at the mount point; not `/` in a container.
        let mountRoot: String
        /// This process's group, from the hierarchy's root.
        let ownGroup: String

        /// The directory of a group; nil when the mount does not show it.
        func directory(of group: String) -> String? {
            let below: Substring
            if mountRoot == "/" {
                below = group[...]
            } else if group == mountRoot || group.hasPrefix(mountRoot + "/") {
                below = group.dropFirst(mountRoot.count)
            } else {
                return nil
            }
            let relative = below.drop { $0 == "/" }
            return relative.isEmpty ? mountPoint : mountPoint + "/" + relative
        }
    }

    var unified: Hierarchy?
    /// By controller; controllers mounted together share one.
    var legacy: [ControllerName: Hierarchy] = [:]

    static func ofThisProcess() throws(SyscallError) -> CgroupHierarchies {
        // A host with ten thousand mounts is unusual, not wrong.
        CgroupHierarchies(
            ownGroups: try Files.readText("/proc/self/cgroup"),
            mounts: try Files.readText("/proc/self/mountinfo", limit: 16 << 20))
    }

    /// - Parameters:
    ///   - ownGroups: /proc/self/cgroup: `hierarchy:controllers:path`, v2 with neither number nor controllers.
    ///   - mounts: /proc/self/mountinfo, see proc_pid_mountinfo(5).
    init(ownGroups: String, mounts: String) {
        var unifiedGroup: String?
        var groups: [ControllerName: String] = [:]
        for line in ownGroups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[0] == "0", fields[1].isEmpty { unifiedGroup = String(fields[2]) }
            for name in fields[1].split(separator: ",").compactMap({ ControllerName(rawValue: String($0)) }) {
                groups[name] = String(fields[2])
            }
        }
        for line in mounts.split(separator: "\n") {
            let sides = line.split(separator: " - ", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let left = sides[0].split(separator: " ")
            let right = sides[1].split(separator: " ")
            guard left.count >= 6, right.count >= 2 else { continue }
            let root = Self.unescape(left[3])
            let point = Self.unescape(left[4])
            switch right[0] {
            case "cgroup2":
                guard let group = unifiedGroup else { continue }
                let found = Hierarchy(mountPoint: point, mountRoot: root, ownGroup: group)
                // The first mount that shows our own group; bind mounts of parts come later.
                if unified == nil || (unified?.directory(of: group) == nil && found.directory(of: group) != nil) {
                    unified = found
                }
            case "cgroup":
                for option in right.dropFirst(2).joined(separator: ",").split(separator: ",") {
                    guard let name = ControllerName(rawValue: String(option)), let group = groups[name] else {
                        continue
                    }
                    let found = Hierarchy(mountPoint: point, mountRoot: root, ownGroup: group)
                    let known = legacy[name]
                    if known == nil || (known?.directory(of: group) == nil && found.directory(of: group) != nil) {
                        legacy[name] = found
                    }
                }
            default: continue
            }
        }
    }

    /// mountinfo writes space, tab, line end and backslash as three octal digits.
    static func unescape(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
