import Launch
import Linux

// The supervisor of one pod, and, in the copies of itself that it makes, the first process of each container up to the
// moment of exec. Single-threaded: a copy of a process with threads could not go on.
//
// Started by the daemon only. Run by anybody else (a hostile image can name /proc/self/exe as its entry point) it finds
// no conversation on its descriptor and ends.

Signals.blockAll()
do {
    try Identity.hideFromTracing()
    try Supervisor.run()
} catch {
    Processes.exit(125)
}
Processes.exit(0)
