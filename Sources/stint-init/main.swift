import Launch
import Linux

// The supervisor of one pod, and, in the copies of itself that it makes, the first process of each container up to the
// moment of exec. Or, told so by its one argument, what stands between the daemon and one command in a running container.
// Single-threaded: a copy of a process with threads could not go on.
//
// Started by the daemon only. Run by anybody else (a hostile image can name /proc/self/exe as its entry point) it finds
// no conversation on its descriptor and ends.

Signals.blockAll()
do {
    try Identity.hideFromTracing()
    // A supervisor has more of them.
    if CommandLine.arguments.count == 2 {
        try CommandSupervisor.run()
    } else {
        try Supervisor.run()
    }
} catch {
    Processes.exit(125)
}
Processes.exit(0)
