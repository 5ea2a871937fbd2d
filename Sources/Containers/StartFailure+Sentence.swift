import Launch
import SystemPackage

extension StartFailure {
    /// The whole sentence, from the step that failed and what the kernel said. For the command, runc's words, which
    /// people search for.
    init(_ failure: LaunchFailure) {
        let why = Errno(rawValue: failure.errno)
        switch failure.place {
        case .pod(let step):
            kind = .setup
            message = Self.sentence(step, failure.reason, failure.errno)
        case .container(let index, .execute(let arguments, _)):
            let program = arguments.first ?? ""
            switch (failure.reason, why) {
            case (.commandNotFound, .permissionDenied):
                kind = .commandNotExecutable
                message = "exec: \(quoted(program)): permission denied"
            case (.commandNotFound, _):
                kind = .commandNotFound
                message = "exec: \(quoted(program)): executable file not found in $PATH"
            case (.call, .noSuchFileOrDirectory), (.call, .notDirectory):
                kind = .commandNotFound
                message = "exec: \(quoted(program)): stat \(program): \(why.reason)"
            case (.call, .permissionDenied), (.call, .execFormatError):
                kind = .commandNotExecutable
                message = "exec: \(quoted(program)): \(why.reason)"
            default:
                kind = .setup
                message = "exec: \(quoted(program)): \(Self.reason(failure)) (step \(index))"
            }
        case .container(let index, let step):
            kind = .setup
            message = "\(Self.purpose(step)): \(Self.reason(failure)) (step \(index))"
            if case .becomeUser(let request) = step {
                switch failure.reason {
                case .noSuchUser:
                    message = "unable to find user \(request.user.words): no matching entries in passwd file"
                case .noSuchGroup:
                    message = "unable to find group \(request.group?.words ?? ""): no matching entries in group file"
                case .unusableUserFile:
                    message = "/etc/passwd or /etc/group of the image is not a regular file of at most 4 MiB"
                default: break
                }
            }
            if case .setKernelParameter(let path, _) = step, why == .noSuchFileOrDirectory {
                message = "this kernel has no parameter \(parameterName(path)) for the namespaces of a pod"
            }
            if failure.reason == .cannotMap { message = Self.unmapped(step) }
            if case .becomeUser(let request) = step, failure.reason == .call, why == .invalidArgument {
                message = "user \(request.user.words) or one of its groups has no number in the pod's user namespace"
            }
            if case .changeDirectory(let path) = step, why == .tooManySymbolicLinkLevels {
                message = "working directory \(quoted(path)) leads through a link of /proc or in circles"
            }
        }
    }

    /// What cannot be shown with the ids of the pod's user namespace.
    private static func unmapped(_ step: LaunchStep) -> String {
        let why = "does not support idmapped mounts, which hostUsers: false needs"
        return switch step {
        case .holdVolume(let bind), .showVolume(let bind): "the file system of volume \(quoted(bind.name)) \(why)"
        default: "the file system that images are kept on \(why)"
        }
    }

    private static func reason(_ failure: LaunchFailure) -> String {
        switch failure.reason {
        case .notProc: "/proc is not a proc file system"
        case .died: "ended before its program ran"
        case .tooLate: "the pod's deadline has passed"
        case .notKept: "the kernel keeps another value"
        case .cannotMap: "the file system does not support idmapped mounts"
        default: Errno(rawValue: failure.errno).reason
        }
    }

    private static func sentence(_ step: PodStep, _ reason: LaunchFailure.Reason, _ errno: Int32) -> String {
        if reason == .died { return "the container ended before its program ran, status \(errno)" }
        if reason == .tooLate { return "the pod's deadline has passed" }
        let what =
            switch step {
            case .makeNamespaces: "make the pod's namespaces"
            case .raiseLoopback: "bring up the loopback device"
            case .setHostname: "set the hostname"
            case .openLog: "open the log file"
            case .watchMemory: "watch for out-of-memory events"
            case .openControlGroup: "open the container's cgroup"
            case .makePipes: "make the output pipes"
            case .clone: "start the container's first process"
            case .mountMemory: "mount the pod's volumes of memory"
            case .startReaper: "start the first process of the PID namespace that the containers share"
            case .makeUsers: "make the pod's user namespace"
            }
        return "\(what): \(Errno(rawValue: errno).reason)"
    }

    private static func purpose(_ step: LaunchStep) -> String {
        switch step {
        case .joinControlGroups: "join the container's cgroups"
        case .setOOMScoreAdjust(let value): "set oom_score_adj to \(value)"
        case .newKeyring: "make a session keyring"
        case .newControlGroupNamespace: "make a cgroup namespace"
        case .isolateMounts: "make mounts private"
        case .mountRoot(let layers, _, _, _, _): "mount the root file system of \(layers.count - 1) layers"
        case .mount(let type, let target, _, _): "mount \(type) at \(target)"
        case .bind(let source, let target, _, _): "mount \(source) at \(target)"
        case .device(let path): "show device \(path)"
        case .link(let to, let target): "link \(target) to \(to)"
        case .makeDirectory(let target, _): "make directory \(quoted(target))"
        case .mask(let target): "mask \(target)"
        case .makeReadOnly(let target): "make \(target) read-only"
        case .makeRootReadOnly: "make the root file system read-only"
        case .mapLayers: "show the image's layers with the ids of the pod's user namespace"
        case .ownFiles(let id): "make files as user \(id)"
        case .joinUserNamespace: "join the pod's user namespace"
        case .enterRoot: "enter the root file system"
        case .setResourceLimit(let resource, let soft, let hard):
            "set resource limit \(resource) to \(soft):\(hard)"
        case .changeDirectory(let path): "change to working directory \(quoted(path))"
        case .limitBoundingCapabilities: "limit the capability bounding set"
        case .becomeUser(let request): "become user \(request.user.words)"
        case .setCapabilities: "set capabilities"
        case .setNoNewPrivileges: "set no_new_privs"
        case .loadFilter: "load the seccomp filter"
        case .holdVolume(let bind), .showVolume(let bind), .showImage(_, let bind, _):
            bind.subPath.isEmpty
                ? "mount volume \(quoted(bind.name)) at \(quoted(bind.target))"
                : "failed to prepare subPath for volumeMount \(quoted(bind.name))"
        case .setKernelParameter(let path, let value):
            "set kernel parameter \(parameterName(path)) to \(quoted(value))"
        case .execute: "exec"
        case .joinContainer: "join the container's namespaces"
        case .openTerminal: "open a terminal in /dev/pts"
        case .showConsole: "show the terminal at /dev/console"
        }
    }
}

/// With dots, as people know them.
private func parameterName(_ path: String) -> String {
    String(path.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
}

/// As Go's %q: control characters of an image do not reach a terminal.
private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\" + String(scalar)
        case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
            let digits = String(scalar.value, radix: 16)
            result += "\\x" + (digits.count < 2 ? "0" : "") + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

extension UserRequest.Name {
    fileprivate var words: String {
        switch self {
        case .id(let id): "\(id)"
        case .text(let text): text
        }
    }
}
