import Testing

@testable import Containers

/// What /proc says on three kinds of hosts.
enum ProcTexts {
    static let hybridGroups = """
        9:name=systemd:/
        8:pids:/
        5:devices:/
        4:memory:/jobs/97cc
        2:cpuacct:/
        1:cpu:/
        0::/
        """
    static let hybridMounts = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        36 31 0:33 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices
        39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """
    static let systemdHybridGroups = """
        12:pids:/system.slice/stint.service
        11:memory:/system.slice/stint.service
        4:cpu,cpuacct:/system.slice/stint.service
        1:name=systemd:/system.slice/stint.service
        0::/system.slice/stint.service
        """
    static let systemdHybridMounts = """
        26 25 0:22 / /sys/fs/cgroup/unified rw,nosuid,nodev shared:10 - cgroup2 cgroup2 rw,nsdelegate
        27 25 0:23 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,xattr,name=systemd
        30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:14 - cgroup cgroup rw,cpu,cpuacct
        31 25 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:15 - cgroup cgroup rw,memory
        32 25 0:29 / /sys/fs/cgroup/pids rw,nosuid shared:16 - cgroup cgroup rw,pids
        """
    static let unifiedGroups = "0::/system.slice/stint.service\n"
    static let unifiedMounts = """
        23 60 0:21 / /sys rw,nosuid shared:2 - sysfs sysfs rw
        26 23 0:23 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
        """
}

struct CgroupHierarchiesTests {
    @Test func `a hybrid host has a hierarchy for each controller and v2 beside them`() {
        let found = CgroupHierarchies(ownGroups: ProcTexts.hybridGroups, mounts: ProcTexts.hybridMounts)
        #expect(found.unified?.mountPoint == "/sys/fs/cgroup/unified")
        #expect(Set(found.legacy.keys) == [.cpu, .cpuacct, .memory, .pids, .devices])
        #expect(found.legacy[.memory]?.ownGroup == "/jobs/97cc")
        #expect(found.legacy[.memory]?.directory(of: "/jobs/97cc") == "/sys/fs/cgroup/memory/jobs/97cc")
        #expect(found.legacy[.cpu]?.directory(of: "/") == "/sys/fs/cgroup/cpu")
    }

    @Test func `controllers that are mounted together share a directory`() {
        let found = CgroupHierarchies(ownGroups: ProcTexts.systemdHybridGroups, mounts: ProcTexts.systemdHybridMounts)
        #expect(found.legacy[.cpu] == found.legacy[.cpuacct])
        #expect(found.legacy[.cpu]?.mountPoint == "/sys/fs/cgroup/cpu,cpuacct")
    }

    @Test func `a unified host has no v1 hierarchy`() {
        let found = CgroupHierarchies(ownGroups: ProcTexts.unifiedGroups, mounts: ProcTexts.unifiedMounts)
        #expect(found.legacy.isEmpty)
        #expect(found.unified?.ownGroup == "/system.slice/stint.service")
    }

    @Test func `a mount that shows only a part counts from that part`() {
        let mounts = "40 31 0:38 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
        let found = CgroupHierarchies(ownGroups: "0::/docker/abc/inner\n", mounts: mounts)
        #expect(found.unified?.directory(of: "/docker/abc/inner") == "/sys/fs/cgroup/inner")
        #expect(found.unified?.directory(of: "/docker/abc") == "/sys/fs/cgroup")
        #expect(found.unified?.directory(of: "/docker/abcd") == nil)
        #expect(found.unified?.directory(of: "/other") == nil)
    }

    @Test func `of two mounts the one that shows our own group is taken`() {
        let mounts = """
            40 31 0:38 /elsewhere /mnt/part rw - cgroup2 cgroup2 rw
            41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
            """
        #expect(CgroupHierarchies(ownGroups: "0::/a\n", mounts: mounts).unified?.mountPoint == "/sys/fs/cgroup")
    }

    @Test(arguments: [
        ("/a\\040b", "/a b"), ("/a\\134b", "/a\\b"), ("/plain", "/plain"), ("/end\\04", "/end\\04"),
        ("/\\999", "/\\999"),
    ])
    func `mount points are unescaped`(field: String, path: String) {
        #expect(CgroupHierarchies.unescape(field[...]) == path)
    }

    @Test(arguments: ["", "nonsense", "1:cpu", "1 2 3 - cgroup2", " - ", "0::", "a - cgroup2 cgroup2 rw\n - cgroup"])
    func `lines that are not what the kernel writes are passed over`(text: String) {
        #expect(CgroupHierarchies(ownGroups: text, mounts: text).unified == nil)
    }

    @Test func `this process has a group in a hierarchy`() throws {
        let found = try CgroupHierarchies.ofThisProcess()
        #expect(found.unified != nil || !found.legacy.isEmpty)
    }
}
