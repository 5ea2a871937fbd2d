import Launch

/// What a plan must be before it goes to the kernel. Much of it comes from images.
enum PlanCheck {
    static func check(_ plan: ContainerPlan) throws(ContainerError) {
        try name(plan.name, field: "container name")
        guard plan.attempt >= 0, plan.attempt <= Int(UInt32.max) else {
            throw .plan(field: "attempt", problem: "\(plan.attempt) is out of range")
        }
        guard !plan.layers.isEmpty, plan.layers.count < 500 else {
            throw .plan(field: "layers", problem: "an image has 1 to 499 layers, this one has \(plan.layers.count)")
        }
        for layer in plan.layers { try path(layer, field: "layer") }
        try path(plan.upperDirectory, field: "upper directory")
        try path(plan.workingDirectory, field: "working directory")
        try path(plan.logPath, field: "log path")
        try program(plan.arguments, plan.environment)
        for mount in plan.mounts {
            try path(mount.source, field: "mount source")
            try target(mount.target)
        }
        for volume in plan.volumes {
            if volume.layers.isEmpty { try path(volume.source, field: "mount source") }
            try target(volume.target)
            for layer in volume.layers { try path(layer, field: "layer") }
            try text(volume.subPath, field: "subPath")
            guard !volume.subPath.hasPrefix("/"), !volume.subPath.split(separator: "/").contains("..") else {
                throw .plan(field: "subPath", problem: "\"\(volume.subPath)\" is not a place inside the volume")
            }
        }
        guard (-1000...1000).contains(plan.oomScoreAdjust) else {
            throw .plan(field: "oomScoreAdjust", problem: "\(plan.oomScoreAdjust) is not between -1000 and 1000")
        }
        guard plan.logMaxBytes >= 4096, (1...1000).contains(plan.logMaxFiles) else {
            throw .plan(field: "log limits", problem: "files of at least 4096 bytes, 1 to 1000 of them")
        }
        guard (1...64).contains(plan.stopSignal) else {
            throw .plan(field: "stop signal", problem: "\(plan.stopSignal) is no signal")
        }
        for path in plan.maskedPaths + plan.readOnlyPaths { try self.path(path, field: "masked or read-only path") }
    }

    static func program(_ arguments: [String], _ environment: [String]) throws(ContainerError) {
        guard let program = arguments.first, !program.isEmpty else {
            throw .plan(field: "command", problem: "no command specified")
        }
        for argument in arguments { try text(argument, field: "argument") }
        for variable in environment { try text(variable, field: "environment") }
        // What execve(2) takes with the usual stack limit; the rest of the frame is small beside it.
        let total = (arguments + environment).reduce(0) { $0 + $1.utf8.count + 9 }
        guard total <= 2 << 20 else {
            throw .plan(field: "command", problem: "arguments and environment are longer than 2 MiB together")
        }
    }

    private static func target(_ target: String) throws(ContainerError) {
        try path(target, field: "mount target")
        let parts = target.split(separator: "/")
        guard let first = parts.first, !parts.contains("..") else {
            throw .plan(field: "mount target", problem: "\"\(target)\" is not a place inside the container")
        }
        // What is mounted over /proc is what a later write to /proc would go to (CVE-2019-16884).
        guard first != "proc" else {
            throw .plan(field: "mount target", problem: "\"\(target)\" is inside /proc")
        }
    }

    /// - Parameter namespaces: those that are the pod's own: what would change the host is refused.
    static func check(_ parameter: KernelParameter, _ namespaces: PodNamespaces) throws(ContainerError) {
        let parts = parameter.path.split(separator: "/", omittingEmptySubsequences: false)
        let areNames = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && part != "." && part != ".."
        }
        guard parts.count > 1, areNames else {
            throw .plan(field: "kernel parameter", problem: "\"\(parameter.path.prefix(200))\" is not one")
        }
        let isOwn =
            parts[0] == "net"
            ? namespaces.contains(.network)
            : (parts[0] == "kernel" || parameter.path.hasPrefix("fs/mqueue/")) && namespaces.contains(.ipc)
        guard isOwn else {
            throw .plan(
                field: "kernel parameter", problem: "\"\(parameter.path)\" is not of a namespace that is the pod's own")
        }
        try text(parameter.value, field: "value of a kernel parameter")
    }

    /// The namespaces of a pod with users of its own belong to it.
    static func checkUsers(of pod: PodPlan) throws(ContainerError) {
        guard pod.hasOwnUsers, pod.hostNetwork || pod.hostPID || pod.hostIPC else { return }
        throw .plan(field: "hostUsers", problem: "a pod with users of its own has no namespace of the host's")
    }

    /// A name that becomes a file name.
    static func name(_ name: String, field: String) throws(ContainerError) {
        let ok =
            !name.isEmpty && name.utf8.count <= 128
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
            }
        guard ok else { throw .plan(field: field, problem: "\"\(name)\" is not made of letters, digits and hyphens") }
    }

    static func path(_ path: String, field: String) throws(ContainerError) {
        try text(path, field: field)
        guard path.hasPrefix("/"), path.utf8.count < 4096 else {
            throw .plan(field: field, problem: "\"\(path.prefix(200))\" is not an absolute path")
        }
    }

    /// The bounds of execve(2), which the wire between us and the supervisor has too.
    static func text(_ text: String, field: String) throws(ContainerError) {
        guard text.utf8.count < 131_072 else { throw .plan(field: field, problem: "longer than 128 KiB") }
        guard !text.utf8.contains(0) else { throw .plan(field: field, problem: "has a NUL byte in it") }
    }

    static func user(
        _ spec: UserSpec, additionalGroups: [UInt32], takesImageGroups: Bool = true
    ) throws(ContainerError) -> UserRequest {
        for group in additionalGroups where group > UserRequest.Name.highestID {
            throw .plan(field: "supplementalGroups", problem: "\(group) is out of range")
        }
        var request = UserRequest(
            user: .id(0), additionalGroups: additionalGroups, takesImageGroups: takesImageGroups)
        if let uid = spec.uid {
            request.user = .id(try id(uid, field: "runAsUser"))
        } else if !spec.image.isEmpty {
            let parts = spec.image.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = UserRequest.Name(String(parts[0])) else {
                throw .plan(field: "user", problem: "\"\(spec.image)\" is not a user")
            }
            request.user = user
            if parts.count == 2 {
                guard let group = UserRequest.Name(String(parts[1])) else {
                    throw .plan(field: "user", problem: "\"\(spec.image)\" is not a user and a group")
                }
                request.group = group
            }
        }
        if let gid = spec.gid { request.group = .id(try id(gid, field: "runAsGroup")) }
        return request
    }

    private static func id(_ number: Int64, field: String) throws(ContainerError) -> UInt32 {
        guard (0...Int64(UserRequest.Name.highestID)).contains(number) else {
            throw .plan(field: field, problem: "\(number) is not between 0 and \(UserRequest.Name.highestID)")
        }
        return UInt32(number)
    }

    /// A program without PATH cannot find others; every runtime gives it one.
    static func environment(_ environment: [String]) -> [String] {
        environment.contains { $0.hasPrefix("PATH=") }
            ? environment : environment + ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    }
}
