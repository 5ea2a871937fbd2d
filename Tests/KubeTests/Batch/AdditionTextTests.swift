import Testing

@testable import Kube

/// How the values of stint's annotations are read.
@Suite struct AdditionTextTests {
    static let hugeDigits = String(repeating: "9", count: 400)

    /// What was read, or the words for why not.
    static func reading<T>(_ parse: () throws(AdditionError) -> T) -> String {
        do {
            return "\(try parse())"
        } catch {
            return error.words
        }
    }

    static let retries: [Row<String, String>] = [
        Row("all", "factor=1.5,max=2Gi,attempts=3", "1.5 2Gi 3"),
        Row("one, and the rest as usual", "attempts=1", "1.5 nil 1"),
        Row("in any order", "attempts=0,factor=1000", "1000.0 nil 0"),
        Row("blanks around parts", " factor = 2 , max = 64Mi\n", "2.0 64Mi 3"),
        Row("no digits behind the point", "factor=2.,attempts=2", "2.0 nil 2"),
        Row("nothing", "", "must have at least one of factor=…, max=…, attempts=…"),
        Row("only blanks", " \n\t", "must have at least one of factor=…, max=…, attempts=…"),
        Row("a comma at the end", "attempts=1,", #""" is none of factor=…, max=…, attempts=…"#),
        Row("no value", "attempts", #""attempts" is none of factor=…, max=…, attempts=…"#),
        Row("an empty value", "attempts=", #"attempts must be a whole number from 0 to 1000, not """#),
        Row("another key", "tries=3", #""tries=3" is none of factor=…, max=…, attempts=…"#),
        Row("another case", "Factor=3", #""Factor=3" is none of factor=…, max=…, attempts=…"#),
        Row("a semicolon", "factor=2;attempts=3", #"factor must be a number from 1 to 1000, not "2;attempts=3""#),
        Row("twice", "factor=2,factor=2", "factor is given twice"),
        Row("twice with blanks", "factor=2, factor =3", "factor is given twice"),
        Row("two signs", "attempts==3", #"attempts must be a whole number from 0 to 1000, not "=3""#),
        Row("a factor of one changes nothing", "factor=1", #"factor must be more than 1, not "1""#),
        Row("a factor below one", "factor=0.5", #"factor must be a number from 1 to 1000, not "0.5""#),
        Row("no number", "factor=nan", #"factor must be a number from 1 to 1000, not "nan""#),
        Row("no end", "factor=inf", #"factor must be a number from 1 to 1000, not "inf""#),
        Row("hexadecimal", "factor=0x2", #"factor must be a number from 1 to 1000, not "0x2""#),
        Row("an exponent", "factor=1e2", #"factor must be a number from 1 to 1000, not "1e2""#),
        Row("a sign", "factor=+2", #"factor must be a number from 1 to 1000, not "+2""#),
        Row("negative", "factor=-2", #"factor must be a number from 1 to 1000, not "-2""#),
        Row("only a point", "factor=.", #"factor must be a number from 1 to 1000, not ".""#),
        Row("two points", "factor=1.2.3", #"factor must be a number from 1 to 1000, not "1.2.3""#),
        Row("huge", "factor=\(hugeDigits)", #"factor must be a number from 1 to 1000, not "\#(hugeDigits)""#),
        Row("many attempts", "attempts=1001", #"attempts must be a whole number from 0 to 1000, not "1001""#),
        Row("negative attempts", "attempts=-1", #"attempts must be a whole number from 0 to 1000, not "-1""#),
        Row("half an attempt", "attempts=1.5", #"attempts must be a whole number from 0 to 1000, not "1.5""#),
        Row(
            "attempts of 400 digits", "attempts=\(hugeDigits)",
            #"attempts must be a whole number from 0 to 1000, not "\#(hugeDigits)""#),
        Row("no memory", "max=0", #"max must be an amount of memory such as 2Gi, not "0""#),
        Row("negative memory", "max=-1Gi", #"max must be an amount of memory such as 2Gi, not "-1Gi""#),
        Row("half a byte", "max=500m", #"max must be an amount of memory such as 2Gi, not "500m""#),
        Row("no amount", "max=2GB", #"max must be an amount of memory such as 2Gi, not "2GB""#),
        Row("a newline in it", "max=2\nGi", #"max must be an amount of memory such as 2Gi, not "2\nGi""#),
    ]

    @Test(arguments: retries)
    func readsRetries(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in
                let retry = try OOMRetry(parsing: row.input)
                return "\(retry.factor) \(retry.maximum.map(\.text) ?? "nil") \(retry.attempts)"
            } == row.expected)
    }

    static let backoffs: [Row<String, String>] = [
        Row("all", "base=1s,factor=2,max=1m,jitter=0.2", "1.0 2.0 60.0 0.2"),
        Row("only the base", "base=250ms", "0.25 2.0 600.0 0.0"),
        Row("a long base brings its maximum along", "base=1h", "3600.0 2.0 3600.0 0.0"),
        Row("none at all", "base=0s,max=0s,factor=1", "0.0 1.0 0.0 0.0"),
        Row("days", "base=1d,max=7d", "86400.0 2.0 604800.0 0.0"),
        Row("a point first", "jitter=.5", "10.0 2.0 600.0 0.5"),
        Row("the maximum before the base", "max=1m,base=2m", "max must not be shorter than base"),
        Row("a maximum below upstream's base", "max=5s", "max must not be shorter than base"),
        Row("a factor that shrinks", "factor=0.9", #"factor must be a number from 1 to 1000, not "0.9""#),
        Row("more jitter than wait", "jitter=1.1", #"jitter must be a number from 0 to 1, not "1.1""#),
        Row("no number of jitter", "jitter=nan", #"jitter must be a number from 0 to 1, not "nan""#),
        Row("a number without a unit", "base=10", #"base must be a duration such as 90s, 10m or 7d, not "10""#),
        Row("zero needs none", "base=0", "0.0 2.0 600.0 0.0"),
        Row("a negative wait", "base=-1s", #"base must be a duration such as 90s, 10m or 7d, not "-1s""#),
        Row("negative days", "base=-1d", #"base must be a duration such as 90s, 10m or 7d, not "-1d""#),
        Row("days with a sign", "base=+1d", #"base must be a duration such as 90s, 10m or 7d, not "+1d""#),
        Row("days and hours", "base=1d12h", #"base must be a duration such as 90s, 10m or 7d, not "1d12h""#),
        Row("half a day", "base=0.5d", "43200.0 2.0 43200.0 0.0"),
        Row("the longest", "max=36500d", "10.0 2.0 3153600000.0 0.0"),
        Row("longer", "max=36501d", #"max must not be longer than 36500d, not "36501d""#),
        Row("longer in hours", "max=876001h", #"max must not be longer than 36500d, not "876001h""#),
        Row(
            "longer than Go can count", "max=9999999h",
            #"max must be a duration such as 90s, 10m or 7d, not "9999999h""#),
        Row(
            "more days than can be counted", "max=\(hugeDigits)d",
            #"max must not be longer than 36500d, not "\#(hugeDigits)d""#),
    ]

    @Test(arguments: backoffs)
    func readsBackoffs(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in
                let policy = try BackoffPolicy(parsing: row.input)
                return "\(policy.base) \(policy.factor) \(policy.maximum) \(policy.jitter)"
            } == row.expected)
    }

    static let ttls: [Row<String, String>] = [
        Row("both", "succeeded=1h,failed=7d", "3600 604800"),
        Row("one", "failed=0s", "nil 0"),
        Row("as a whole", "succeeded=1.5m", "90 nil"),
        Row("in parts", "succeeded=1500ms", #"succeeded must be in whole seconds, not "1500ms""#),
        Row("negative", "failed=-1s", #"failed must be a duration such as 90s, 10m or 7d, not "-1s""#),
        Row("another outcome", "complete=1h", #""complete=1h" is none of succeeded=…, failed=…"#),
        Row("nothing", "", "must have at least one of succeeded=…, failed=…"),
        Row("twice", "failed=1s,failed=2s", "failed is given twice"),
    ]

    @Test(arguments: ttls)
    func readsTTLs(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in
                let ttl = try TTLByOutcome(parsing: row.input)
                return "\(ttl.succeeded.map(String.init) ?? "nil") \(ttl.failed.map(String.init) ?? "nil")"
            } == row.expected)
    }

    static let known =
        "SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH"

    static let signals: [Row<String, String>] = [
        Row("by name", "SIGUSR1@60s", "10 60"),
        Row("without SIG", "TERM@1m", "15 60"),
        Row("blanks around both", " SIGINT @ 5s ", "2 5"),
        Row("nothing", "", "must be a signal and a time, such as SIGUSR1@60s"),
        Row("only a signal", "SIGUSR1", "must be a signal and a time, such as SIGUSR1@60s"),
        Row("no signal", "@60s", #""" is not one of the signals \#(known)"#),
        Row("one that cannot be caught", "SIGKILL@60s", #""SIGKILL" is not one of the signals \#(known)"#),
        Row("a number", "10@60s", #""10" is not one of the signals \#(known)"#),
        Row("small letters", "sigusr1@60s", #""sigusr1" is not one of the signals \#(known)"#),
        Row("no time", "SIGUSR1@", #"the time must be a duration such as 90s, 10m or 7d, not """#),
        Row("two times", "SIGUSR1@1s@2s", #"the time must be a duration such as 90s, 10m or 7d, not "1s@2s""#),
        Row("at the deadline", "SIGUSR1@0s", "the time must be at least 1s"),
        Row("less than a second", "SIGUSR1@500ms", #"the time must be in whole seconds, not "500ms""#),
        Row("after the deadline", "SIGUSR1@-5s", #"the time must be a duration such as 90s, 10m or 7d, not "-5s""#),
    ]

    @Test(arguments: signals)
    func readsSignals(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in
                let signal = try DeadlineSignal(parsing: row.input)
                return "\(signal.signal) \(signal.lead)"
            } == row.expected)
    }

    static let groups: [Row<String, String>] = [
        Row("a name", "name=backups", "backups 1"),
        Row("and how many", "name=Back_ups.2,max=1000", "Back_ups.2 1000"),
        Row("no name", "max=2", "must have a name, such as name=backups,max=2"),
        Row("an empty name", "name=,max=2", "must have a name, such as name=backups,max=2"),
        Row("none at a time", "name=a,max=0", #"max must be a whole number from 1 to 1000, not "0""#),
        Row("too many", "name=a,max=1001", #"max must be a whole number from 1 to 1000, not "1001""#),
        Row("two names", "name=a,name=b", "name is given twice"),
        Row(
            "a name that is no label", "name=a b",
            "name: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
                + "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
                + "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
        Row(
            "a long name", "name=\(String(repeating: "a", count: 64))", "name: must be no more than 63 characters"),
    ]

    @Test(arguments: groups)
    func readsGroups(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in
                let group = try CronGroup(parsing: row.input)
                return "\(group.name) \(group.maximum)"
            } == row.expected)
    }

    @Test(arguments: [
        Row("the last", "last", "last"), Row("all", " all\n", "all"), Row("none", "none", "none"),
        Row("nothing", "", "must be one of last, all, none"),
        Row("another word", "some", "must be one of last, all, none"),
        Row("another case", "Last", "must be one of last, all, none"),
    ])
    func readsCatchUp(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in try CronCatchUp(parsing: row.input).rawValue } == row.expected)
    }

    @Test(arguments: [
        Row("seconds", "120s", "120.0"), Row("blanks", " 2m ", "120.0"), Row("a fraction", "1.5s", "1.5"),
        Row("no time", "0s", "the start deadline must be more than 0s"),
        Row("nothing", "", #"the start deadline must be a duration such as 90s, 10m or 7d, not """#),
        Row("only a unit", "d", #"the start deadline must be a duration such as 90s, 10m or 7d, not "d""#),
        Row("a word", "soon", #"the start deadline must be a duration such as 90s, 10m or 7d, not "soon""#),
    ])
    func readsStartDeadlines(_ row: Row<String, String>) {
        #expect(
            Self.reading { () throws(AdditionError) in try AdditionText.startDeadline(row.input) } == row.expected)
    }

    @Test func `a spread may be nothing`() throws { #expect(try AdditionText.cronSpread("0s") == 0) }
}
