public import Linux

/// Why there is no filter. A container without the filter it asked for is not started.
public enum SeccompError: Error, Hashable, Sendable {
    public enum BadPath: Sendable { case empty, absolute, climbs }

    /// The name of a localhost profile is not a path inside the profile directory (CVE-2023-2431 is what an empty one did).
    case badPath(String, BadPath)
    case unreadable(path: String, SyscallError)
    case malformed(path: String, String)
    /// The profile denies a call that neither libseccomp nor we know by name, so the denial would not happen.
    case unknownCall(String)
    /// libseccomp would not build it: the call and the error number it returned.
    case library(call: String, errno: Int32)
    case kernel(SyscallError)
}

extension SeccompError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .badPath(let path, .empty): "seccomp profile \"\(path)\": the name is empty"
        case .badPath(let path, .absolute):
            "seccomp profile \"\(path)\": the name must be relative to the profile directory"
        case .badPath(let path, .climbs): "seccomp profile \"\(path)\": the name must not contain .."
        case .unreadable(let path, let error): "seccomp profile \(path): \(error.errno)"
        case .malformed(let path, let what): "seccomp profile \(path): \(what)"
        case .unknownCall(let name):
            "system call \"\(name)\" is denied and not known"
        case .library(let call, let errno): "\(call): error \(errno)"
        case .kernel(let error): "\(error)"
        }
    }
}
