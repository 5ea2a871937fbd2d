import Launch
import Linux

/// The last step.
enum Execution {
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// Returns only to say why the program could not be run.
    static func perform(_ arguments: [String], _ environment: [String], user: ResolvedUser?) throws -> StepError {
        guard let program = arguments.first, !program.isEmpty else { throw StepError(.commandNotFound, errno: 2) }
        var environment = environment
        if !environment.contains(where: { $0.hasPrefix("HOME=") }) {
            environment.append("HOME=" + (user?.home.flatMap { $0.isEmpty ? nil : $0 } ?? "/"))
        }
        try Identity.dieWithParent()
        Processes.setFileMode(mask: 0o022)
        // Here and now, and not by close-on-exec: the kernel opens the interpreter of a script while the old descriptors
        // are still there, and "#!/proc/self/fd/7/bin/sh" would lead out of the container (CVE-2024-21626).
        try StandardDescriptor.closeAll(from: UInt32(Frame.controlDescriptor) + 1)
        let pipe = OwnedDescriptor(owning: Frame.controlDescriptor)
        let notice = ExecutionNotice(user: user.map { ProcessUser(uid: $0.uid, gid: $0.gid, groups: $0.groups) })
        _ = try notice.encoded.withUnsafeBytes { try pipe.write($0) }
        _ = pipe.release()
        Signals.unblockAll()

        if program.contains("/") {
            return StepError(.call, errno: execute(program, arguments, environment))
        }
        let path = environment.last { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? defaultPath
        var refused: Int32?
        for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
            // An empty entry is the working directory (POSIX); we do not look there, as Go's LookPath does not.
            guard !directory.isEmpty else { continue }
            let code = execute("\(directory)/\(program)", arguments, environment)
            switch code {
            case 2, 20: continue  // ENOENT, ENOTDIR: not here
            case 13: refused = refused ?? code  // EACCES: perhaps further on
            default: return StepError(.call, errno: code)
            }
        }
        return StepError(.commandNotFound, errno: refused ?? 2)
    }

    private static func execute(_ path: String, _ arguments: [String], _ environment: [String]) -> Int32 {
        Processes.execute(path, arguments: arguments, environment: environment).errno.rawValue
    }
}
