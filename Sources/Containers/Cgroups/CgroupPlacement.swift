/// What is known of the host before our own groups are placed.
struct CgroupFacts: Sendable, Hashable {
    var hierarchies: CgroupHierarchies
    /// In the v2 root's `cgroup.controllers`: not bound to v1.
    var unifiedControllers: Set<String>
    /// The v2 group at or above our own that somebody handed to us (systemd marks it with an attribute), from the root.
    var delegatedGroup: String?
    /// The v2 mount shows the kernel's root group, which alone may hold processes and hand controllers down.
    var showsRealRoot: Bool
}

/// Where the groups of our pods go, hierarchy by hierarchy. Nothing has been made yet.
struct CgroupPlacement: Sendable, Hashable {
    /// Holds the pods' v2 groups.
    var unified: String
    /// Holds the pods' groups of the v1 controllers.
    var legacy: [ControllerName: String]
    /// Controllers that v2 enforces.
    var unifiedControllers: [ControllerName]
    /// The groups from the first that is ours, or that we may change, down to the last above `unified`: their
    /// children get the controllers.
    var handDown: [String]
    /// Our own process leaves `handDown.first` for this leaf, because a group that hands controllers down may hold no
    /// processes.
    var moveSelfTo: String?

    /// Where pods go. In v1 always below our own group: that hierarchy has no rule against it, and what limits us
    /// limits our pods. In v2, in this order:
    /// 1. `--cgroup-parent` says so.
    /// 2. v2 carries no controller (hybrid): below our own group, for the same reasons as in v1.
    /// 3. A group was delegated to us: below it; if we are in it ourselves, we move into a leaf first.
    /// 4. We are in the topmost group that is visible. If that is the kernel's root, it may hand controllers down with
    ///    us in it; if it is the top of a cgroup namespace, we move into a leaf first.
    /// 5. We are in a group that somebody else manages: below the root, if the root already hands the controllers down.
    static func decide(_ facts: CgroupFacts, parent: String?, name: String) throws(CgroupError) -> CgroupPlacement {
        guard let unified = facts.hierarchies.unified else { throw .noController("unified") }
        var legacy: [ControllerName: String] = [:]
        for (controller, hierarchy) in facts.hierarchies.legacy {
            legacy[controller] = try directory(of: parent ?? hierarchy.ownGroup, in: hierarchy) + "/" + name
        }
        let controllers = ControllerName.required.filter { legacy[$0] == nil }
        for controller in controllers where !facts.unifiedControllers.contains(controller.rawValue) {
            throw .noController(controller.rawValue)
        }
        let top = unified.mountPoint
        var placement = CgroupPlacement(
            unified: "", legacy: legacy, unifiedControllers: controllers, handDown: [], moveSelfTo: nil)
        if let parent {
            let above = try directory(of: parent, in: unified)
            placement.unified = above + "/" + name
            placement.handDown = controllers.isEmpty ? [] : [above]
        } else if controllers.isEmpty {
            placement.unified = try directory(of: unified.ownGroup, in: unified) + "/" + name
        } else if let delegated = facts.delegatedGroup {
            let above = try directory(of: delegated, in: unified)
            placement.unified = above + "/" + name
            placement.handDown = [above]
            if delegated == unified.ownGroup { placement.moveSelfTo = above + "/" + leafName }
        } else {
            placement.unified = top + "/" + name
            let own = unified.directory(of: unified.ownGroup)
            if own == top {
                placement.handDown = [top]
                if !facts.showsRealRoot { placement.moveSelfTo = top + "/" + leafName }
            }
        }
        return placement
    }

    /// The daemon's leaf beside the pods. systemd 254 and newer puts the daemon there itself
    /// (`DelegateSubgroup=daemon`), which a restart with pods running needs.
    static let leafName = "daemon"

    private static func directory(
        of group: String, in hierarchy: CgroupHierarchies.Hierarchy
    ) throws(CgroupError) -> String {
        guard let directory = hierarchy.directory(of: group), !group.split(separator: "/").contains("..") else {
            throw .outsideMount(group: group, mountPoint: hierarchy.mountPoint)
        }
        return directory
    }

    /// `--cgroup-parent`: a group from the root of each hierarchy, without the trailing slash.
    static func checkedParent(_ parent: String) throws(CgroupError) -> String {
        let parts = parent.split(separator: "/", omittingEmptySubsequences: true)
        guard parent.hasPrefix("/"), !parts.isEmpty, !parts.contains("."), !parts.contains(".."),
            !parent.utf8.contains(0)
        else { throw .badParent(parent) }
        return "/" + parts.joined(separator: "/")
    }
}
