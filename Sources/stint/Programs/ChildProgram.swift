import Foundation

/// Another program that takes this one's place at the terminal for a while: an editor, or `diff`.
///
/// Not Foundation's `Process`: that puts the child into a process group of its own, and an editor in the background
/// is stopped by the terminal as soon as it reads a key.
struct ChildProgram: Sendable {
    var arguments: [String]

    /// Runs it and waits. Its exit code; 128 and the signal when one ended it. Throws the errno when it cannot start.
    /// The wait is on a thread of its own, because it may last as long as a person edits.
    func run() async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try runHere() }) }.start()
        }
    }

    private func runHere() throws -> Int32 {
        guard let program = arguments.first else { throw ChildFailure(errno: ENOENT) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // While it runs, ctrl-C is meant for it.
        let before = (signal(SIGINT, SIG_IGN), signal(SIGQUIT, SIG_IGN))
        defer {
            signal(SIGINT, before.0)
            signal(SIGQUIT, before.1)
        }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGINT)
        sigaddset(&defaults, SIGQUIT)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var child: pid_t = 0
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        let code = withCStrings(arguments) { arguments in
            withCStrings(environment) { posix_spawnp(&child, program, nil, &attributes, arguments, $0) }
        }
        guard code == 0 else { throw ChildFailure(errno: code) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1 {
            if errno != EINTR { throw ChildFailure(errno: errno) }
        }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}

struct ChildFailure: Error, CustomStringConvertible {
    let errno: Int32

    var description: String {
        errno == ENOENT ? "executable file not found in $PATH" : String(cString: strerror(errno)).lowercased()
    }
}

private func withCStrings<R>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
        // It holds at least the closing nil.
        body(buffer.baseAddress.unsafelyUnwrapped)
    }
}
