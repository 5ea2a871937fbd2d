import Linux

extension CgroupFacts {
    /// Looks at this host. If no v2 mount exists, one is made at `privateMount` (below the run directory).
    static func gather(privateMount: String?) throws(CgroupError) -> CgroupFacts {
        var hierarchies = try asCgroupError(CgroupHierarchies.ofThisProcess)
        if hierarchies.unified == nil, let privateMount {
            // The run directory may not be there yet either.
            try CgroupDirectory(path: privateMount).makeIfMissing()
            do { try CgroupCalls.mountUnified(at: privateMount) } catch { throw .noUnifiedHierarchy(error) }
            hierarchies = try asCgroupError(CgroupHierarchies.ofThisProcess)
        }
        guard let unified = hierarchies.unified else {
            throw .noUnifiedHierarchy(
                SyscallError(call: "mount", target: "cgroup2", errno: .operationNotSupportedByDevice))
        }
        let offered = try asCgroupError { () throws(SyscallError) in
            try Files.readText(unified.mountPoint + "/" + CgroupDirectory.controllers)
        }
        return CgroupFacts(
            hierarchies: hierarchies,
            unifiedControllers: Set(offered.split(whereSeparator: \.isWhitespace).map(String.init)),
            delegatedGroup: delegatedGroup(unified),
            // Every group but the kernel's root has a type.
            showsRealRoot: !Files.exists(unified.mountPoint + "/cgroup.type"))
    }

    /// systemd writes this attribute on a group it delegates (`Delegate=yes`); `user.` since 251, `trusted.` before.
    private static func delegatedGroup(_ unified: CgroupHierarchies.Hierarchy) -> String? {
        var group = unified.ownGroup
        while group != "/", !group.isEmpty {
            if let directory = unified.directory(of: group),
                ["user.delegate", "trusted.delegate"].contains(where: {
                    Files.attribute($0, of: directory) == [UInt8(ascii: "1")]
                })
            {
                return group
            }
            group = String(group[..<(group.lastIndex(of: "/") ?? group.startIndex)])
        }
        return nil
    }
}
