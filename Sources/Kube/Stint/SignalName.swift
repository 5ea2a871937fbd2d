/// What Linux calls its signals (signal(7); the numbers of x86 and ARM).
public enum SignalName {
    private static let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
        "IO",
        "PWR", "SYS",
    ]

    /// `SIGKILL`; `signal 40` for one without a name.
    public static func text(_ number: Int) -> String {
        names.indices.contains(number - 1) ? "SIG" + names[number - 1] : "signal \(number)"
    }

    /// Of `KILL`.
    static func number(_ name: String) -> Int32? { names.firstIndex(of: name).map { Int32($0 + 1) } }
}
