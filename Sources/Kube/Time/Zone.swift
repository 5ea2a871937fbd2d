import Foundation
import Synchronization

/// A time zone of the system's database (tzdata), by its name there: `Europe/Berlin`. The files are read and not
/// Foundation's copy of them, so that a change of the law reaches stint with the host's next update.
public struct Zone: Hashable, Sendable {
    public let name: String
    private let file: ZoneFile

    public static let utc = Zone(name: "UTC", file: ZoneFile(standard: 0))

    /// Where the database is; `TZDIR` moves it, as for the C library.
    static var directory: String { ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo" }

    /// Nil when the database has no zone of that name. UTC needs no database.
    public init?(named name: String) {
        guard let zone = Self.known.withLock({ $0[name] }) ?? Self.read(name) else { return nil }
        self = zone
    }

    /// The host's: what `TZ` names, or `/etc/localtime` is. UTC when there is neither.
    public static var host: Zone {
        if let name = ProcessInfo.processInfo.environment["TZ"], !name.isEmpty {
            return Zone(named: name.hasPrefix(":") ? String(name.dropFirst()) : name) ?? utc
        }
        guard let data = FileManager.default.contents(atPath: "/etc/localtime"), let file = ZoneFile([UInt8](data))
        else { return utc }
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/etc/localtime")  // a copy has no name
        let name = link.flatMap { $0.range(of: "zoneinfo/").map { range in String(link?[range.upperBound...] ?? "") } }
        return Zone(name: name ?? "Local", file: file)
    }

    private init(name: String, file: ZoneFile) {
        self.name = name
        self.file = file
    }

    /// Seconds east of Greenwich at a moment.
    public func offset(at date: Date) -> Int { offset(at: Int64(date.timeIntervalSince1970.rounded(.down))) }

    func offset(at moment: Int64) -> Int { file.offset(at: moment) }

    /// What clocks in the zone show.
    func civil(at moment: Int64) -> CivilTime { CivilTime(secondsSince1970: moment + Int64(offset(at: moment))) }

    /// When clocks in the zone show a time. One that they show twice is one of the two, one that they skip is shown an
    /// hour (or what is skipped) earlier or later: which of them, exactly as Go's `time.Date` does it, on which
    /// schedules of Kubernetes rest.
    func moment(of time: CivilTime) -> Int64 {
        let local = time.secondsSince1970
        let guess = offset(at: local)
        let isRight = offset(at: local - Int64(guess)) == guess
        return local - Int64(isRight ? guess : offset(at: local - Int64(guess)))
    }

    private static let known = Mutex<[String: Zone]>([:])

    /// Names are those of files below the directory, and cannot leave it.
    private static func read(_ name: String) -> Zone? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.first != "-"
                && part.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                        || "-_+".utf8.contains($0)
                }
        }
        guard isName, name.utf8.count <= 64 else { return nil }
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)"),
            let file = ZoneFile([UInt8](data))
        else { return name == "UTC" ? utc : nil }
        let zone = Zone(name: name, file: file)
        known.withLock { $0[name] = zone }
        return zone
    }
}

extension ZoneFile {
    init(standard: Int) { first = standard }
}
