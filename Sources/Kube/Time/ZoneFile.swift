import Foundation

/// A compiled file of the time zone database (tzfile(5), RFC 9636): when the offset from UTC changes, and to what.
struct ZoneFile: Hashable, Sendable {
    /// Seconds since 1970, ascending.
    var transitions: [Int64] = []
    /// Seconds east of Greenwich from each transition on.
    var offsets: [Int] = []
    /// Before the first transition.
    var first = 0
    /// After the last one.
    var rule: ZoneRule?

    /// Nil for what is no such file.
    init?(_ bytes: [UInt8]) {
        guard let old = Header(bytes, at: 0) else { return nil }
        // Since version 2 the data comes a second time, with 64 bits for a moment.
        guard old.version >= 2 else {
            guard read(bytes, old, width: 4) != nil else { return nil }
            return
        }
        guard let header = Header(bytes, at: old.end(width: 4)), let end = read(bytes, header, width: 8) else {
            return nil
        }
        let footer = bytes[min(end + 1, bytes.count)...].prefix { $0 != 10 }
        rule = ZoneRule(String(decoding: footer, as: UTF8.self))
    }

    func offset(at moment: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        if low == transitions.count, let rule { return rule.offset(at: moment) }
        return low == 0 ? first : offsets[low - 1]
    }

    private struct Header {
        let version: Int
        let start: Int
        let isUTCs, isStandards, leaps, times, types, letters: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard bytes.count >= start + 44, Array(bytes[start..<start + 4]) == Array("TZif".utf8) else { return nil }
            version = bytes[start + 4] == 0 ? 1 : Int(bytes[start + 4]) - 48
            let counts = (0..<6).map { Int(bytes.bigEndian(at: start + 20 + 4 * $0, width: 4)) }
            guard counts.allSatisfy({ (0...100_000).contains($0) }), counts[4] > 0 else { return nil }
            (isUTCs, isStandards, leaps) = (counts[0], counts[1], counts[2])
            (times, types, letters) = (counts[3], counts[4], counts[5])
            self.start = start + 44
        }

        func end(width: Int) -> Int {
            start + times * (width + 1) + types * 6 + letters + leaps * (width + 4) + isStandards + isUTCs
        }
    }

    /// Where the data ends; nil when the file is too short or contradicts itself.
    private mutating func read(_ bytes: [UInt8], _ header: Header, width: Int) -> Int? {
        let end = header.end(width: width)
        guard bytes.count >= end else { return nil }
        let kinds = header.start + header.times * width
        let types = kinds + header.times
        func offset(of type: Int) -> Int { Int(bytes.bigEndian(at: types + 6 * type, width: 4)) }
        for place in 0..<header.times {
            let type = Int(bytes[kinds + place])
            guard type < header.types else { return nil }
            transitions.append(bytes.bigEndian(at: header.start + place * width, width: width))
            offsets.append(offset(of: type))
        }
        guard zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        first = offset(of: 0)
        return end
    }
}

extension [UInt8] {
    /// A signed number; the caller has checked that it is there.
    fileprivate func bigEndian(at place: Int, width: Int) -> Int64 {
        let value = self[place..<place + width].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : value
    }
}
