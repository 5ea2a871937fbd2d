import Foundation
import Testing

/// `/bin/sh -c` with its output thrown away. Foundation's `Process` waits through a run loop, which never heard of the end
/// of a child on a machine with one processor.
struct GroupShell {
    enum End: Equatable { case code(Int32), signal(Int32) }

    let processID: pid_t

    init(_ script: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for number in 0...2 as ClosedRange<Int32> {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(script), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
        defer { (arguments + environment).forEach { free($0) } }
        var processID: pid_t = 0
        try #require(posix_spawn(&processID, "/bin/sh", &actions, nil, &arguments, &environment) == 0)
        self.processID = processID
    }

    /// Blocks until the shell has ended. Once.
    func wait() -> End {
        var status: Int32 = 0
        while waitpid(processID, &status, 0) == -1, errno == EINTR {}
        return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
}
