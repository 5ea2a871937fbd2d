import Testing

@testable import Containers

struct CgroupPlacementTests {
    static let all: Set<String> = ["cpuset", "cpu", "io", "memory", "pids"]

    static func unified(
        own: String, delegated: String? = nil, realRoot: Bool = true, controllers: Set<String> = all
    ) -> CgroupFacts {
        CgroupFacts(
            hierarchies: CgroupHierarchies(ownGroups: "0::\(own)\n", mounts: ProcTexts.unifiedMounts),
            unifiedControllers: controllers, delegatedGroup: delegated, showsRealRoot: realRoot)
    }

    static let hybrid = CgroupFacts(
        hierarchies: CgroupHierarchies(ownGroups: ProcTexts.hybridGroups, mounts: ProcTexts.hybridMounts),
        unifiedControllers: ["hugetlb"], delegatedGroup: nil, showsRealRoot: true)

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let facts: CgroupFacts
        var parent: String?
        let unified: String
        var handDown: [String] = []
        var moveSelfTo: String?

        init(
            _ sentence: String, _ facts: CgroupFacts, parent: String? = nil, pods unified: String,
            handDown: [String] = [], moveSelfTo: String? = nil
        ) {
            testDescription = sentence
            self.facts = facts
            self.parent = parent
            self.unified = unified
            self.handDown = handDown
            self.moveSelfTo = moveSelfTo
        }
    }

    @Test(arguments: [
        Row("hybrid: below our own group, nothing to hand down", hybrid, pods: "/sys/fs/cgroup/unified/stint"),
        Row(
            "hybrid with a parent: there", hybrid, parent: "/jobs.slice",
            pods: "/sys/fs/cgroup/unified/jobs.slice/stint"),
        Row(
            "delegated to us: below it, and we move into a leaf",
            unified(own: "/system.slice/stint.service", delegated: "/system.slice/stint.service"),
            pods: "/sys/fs/cgroup/system.slice/stint.service/stint",
            handDown: ["/sys/fs/cgroup/system.slice/stint.service"],
            moveSelfTo: "/sys/fs/cgroup/system.slice/stint.service/daemon"),
        Row(
            "delegated and already in the leaf: we stay there",
            unified(own: "/system.slice/stint.service/daemon", delegated: "/system.slice/stint.service"),
            pods: "/sys/fs/cgroup/system.slice/stint.service/stint",
            handDown: ["/sys/fs/cgroup/system.slice/stint.service"]),
        Row(
            "in the kernel's root: below it, and it hands controllers down with us in it", unified(own: "/"),
            pods: "/sys/fs/cgroup/stint", handDown: ["/sys/fs/cgroup"]),
        Row(
            "at the top of a cgroup namespace: we move into a leaf", unified(own: "/", realRoot: false),
            pods: "/sys/fs/cgroup/stint", handDown: ["/sys/fs/cgroup"], moveSelfTo: "/sys/fs/cgroup/daemon"),
        Row(
            "in somebody else's group: below the root, which is left as it is",
            unified(own: "/user.slice/session-1.scope"),
            pods: "/sys/fs/cgroup/stint"),
        Row(
            "a parent wins over everything", unified(own: "/a", delegated: "/a"), parent: "/jobs.slice",
            pods: "/sys/fs/cgroup/jobs.slice/stint", handDown: ["/sys/fs/cgroup/jobs.slice"]),
    ])
    func `pods are placed`(_ row: Row) throws {
        let placement = try CgroupPlacement.decide(row.facts, parent: row.parent, name: "stint")
        #expect(placement.unified == row.unified)
        #expect(placement.handDown == row.handDown)
        #expect(placement.moveSelfTo == row.moveSelfTo)
    }

    @Test func `v1 groups go below our own group of each hierarchy`() throws {
        let placement = try CgroupPlacement.decide(Self.hybrid, parent: nil, name: "stint")
        #expect(placement.unifiedControllers.isEmpty)
        #expect(placement.legacy[.memory] == "/sys/fs/cgroup/memory/jobs/97cc/stint")
        #expect(placement.legacy[.cpu] == "/sys/fs/cgroup/cpu/stint")
        #expect(placement.legacy.count == 5)
    }

    @Test func `a controller that is not on v1 is taken from v2`() throws {
        var facts = Self.hybrid
        facts.hierarchies.legacy[.pids] = nil
        facts.unifiedControllers = ["pids"]
        let placement = try CgroupPlacement.decide(facts, parent: nil, name: "stint")
        #expect(placement.unifiedControllers == [.pids])
        #expect(placement.handDown == ["/sys/fs/cgroup/unified"])
    }

    @Test(arguments: ["cpu", "memory", "pids"])
    func `a controller that is nowhere is named`(name: String) {
        let facts = Self.unified(own: "/", controllers: Self.all.subtracting([name]))
        #expect(throws: CgroupError.noController(name)) {
            try CgroupPlacement.decide(facts, parent: nil, name: "stint")
        }
    }

    @Test func `an own group that is not mounted is an error`() {
        var facts = Self.unified(own: "/")
        facts.hierarchies = CgroupHierarchies(ownGroups: "0::/../other\n", mounts: ProcTexts.unifiedMounts)
        facts.delegatedGroup = "/../other"
        #expect(throws: CgroupError.outsideMount(group: "/../other", mountPoint: "/sys/fs/cgroup")) {
            try CgroupPlacement.decide(facts, parent: nil, name: "stint")
        }
    }

    @Test(arguments: ["", "/", "jobs", "//", "/a/../b", "/..", "/./a", "/a\u{0}b"])
    func `a parent that is not a path from the root is refused`(parent: String) {
        #expect(throws: CgroupError.badParent(parent)) { try CgroupPlacement.checkedParent(parent) }
    }

    @Test func `a parent loses needless slashes`() throws {
        #expect(try CgroupPlacement.checkedParent("//jobs.slice/night/") == "/jobs.slice/night")
    }

    @Test func `every run directory has a group name of its own, the same after a restart`() {
        #expect(CgroupTree.groupName(forRunDirectory: "/run/stint") == "stint")
        #expect(
            CgroupTree.groupName(forRunDirectory: "/run/other") == CgroupTree.groupName(forRunDirectory: "/run/other"))
        #expect(
            CgroupTree.groupName(forRunDirectory: "/run/other") != CgroupTree.groupName(forRunDirectory: "/run/third"))
    }
}
