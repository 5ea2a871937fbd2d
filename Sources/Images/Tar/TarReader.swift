internal import Linux

/// Reads the members of a tar in order: ustar, pax, GNU, old V7. Sparse files and unknown types are refused, because
/// whoever guesses at them unpacks something else than the maker meant.
///
/// One thread. Call `next()`, take the entry's data with `withData`, or don't: `next()` steps over what is left.
struct TarReader<Input: TarInput> {
    let input: Input
    /// What the messages call this tar.
    let name: String
    let limits: ImportLimits
    /// Docker takes layers that just stop after a member, as some tools write them, since the diff_id proves they are
    /// whole. The archive around them has no digest, so there the two zero blocks are demanded.
    let demandsEnd: Bool

    private var unread: UInt64 = 0
    private var padding: UInt64 = 0
    private var global: [(key: String, value: ArraySlice<UInt8>)] = []
    private var headers = 0

    init(_ input: Input, name: String, limits: ImportLimits, demandsEnd: Bool) {
        self.input = input
        self.name = name
        self.limits = limits
        self.demandsEnd = demandsEnd
    }

    /// The next member; nil at the end of the archive.
    mutating func next() throws(ImageError) -> TarEntry? {
        var longPath: [UInt8]?
        var longLink: [UInt8]?
        var own: [(key: String, value: ArraySlice<UInt8>)]?
        while true {
            try stepOver()
            guard let block = try headerBlock(dangling: longPath != nil || longLink != nil || own != nil) else {
                return nil
            }
            let header = try parse { () throws(TarHeader.Problem) in try TarHeader(block) }
            headers += 1
            if headers > 4 * limits.totalEntries {
                throw .overLimit(name, limit: "headers", allowed: Int64(4 * limits.totalEntries))
            }
            switch header.type {
            case UInt8(ascii: "L"): longPath = try longName(header)
            case UInt8(ascii: "K"): longLink = try longName(header)
            case UInt8(ascii: "x"): own = try paxRecords(header).records
            case UInt8(ascii: "g"): try takeGlobal(paxRecords(header))
            default:
                let own = own ?? []
                // An empty value of its own takes a global one back.
                let inherited = global.filter { record in !own.contains { $0.key == record.key } }
                return try entry(header, longPath, longLink, inherited + own)
            }
        }
    }

    /// Hands out the data of the entry just read, in pieces. To be called at most once per entry.
    mutating func withData(
        _ body: (UnsafeRawBufferPointer) throws(ImageError) -> Void
    ) throws(ImageError) {
        while unread > 0 {
            let piece = try input.next(Int(min(unread, 1 << 30)))
            if piece.isEmpty { throw .badTar(name, problem: "it ends in the middle of a member") }
            unread -= UInt64(piece.count)
            try body(piece)
        }
    }

    private mutating func stepOver() throws(ImageError) {
        let whole = try input.skip(unread)
        guard whole else { throw .badTar(name, problem: "it ends in the middle of a member") }
        // The last member's padding may be missing at the end of a layer; what follows is read as a header then.
        let padded = try input.skip(padding)
        if !padded, demandsEnd { throw .badTar(name, problem: "it ends in the middle of a member") }
        unread = 0
        padding = 0
    }

    private mutating func headerBlock(dangling: Bool) throws(ImageError) -> [UInt8]? {
        let block = try exactly(TarHeader.size)
        if block.isEmpty {
            if dangling { throw .badTar(name, problem: "it ends after an extended header") }
            if demandsEnd { throw .badTar(name, problem: "it ends without its end mark, so something is missing") }
            return nil
        }
        if block.count < TarHeader.size { throw .badTar(name, problem: "it ends in the middle of a header") }
        guard TarHeader.isEnd(block) else { return block }
        if dangling { throw .badTar(name, problem: "it ends after an extended header") }
        // One zero block is taken for the end, as GNU tar does.
        return nil
    }

    private func exactly(_ count: Int) throws(ImageError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, 1 << 16))
        while bytes.count < count {
            let piece = try input.next(count - bytes.count)
            if piece.isEmpty { break }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }

    /// The data of a header that only describes the next one.
    private mutating func extensionData(_ header: TarHeader) throws(ImageError) -> [UInt8] {
        let size = try parse { () throws(TarHeader.Problem) in try header.size() }
        guard size >= 0 else { throw .badTar(name, problem: "a header has a negative size") }
        guard size <= limits.headerBytes else {
            throw .overLimit("an extended header of \(name)", limit: "bytes", allowed: Int64(limits.headerBytes))
        }
        let bytes = try exactly(Int(size))
        guard bytes.count == Int(size) else { throw .badTar(name, problem: "it ends in the middle of a header") }
        padding = UInt64(-size & 511)
        return bytes
    }

    private mutating func longName(_ header: TarHeader) throws(ImageError) -> [UInt8] {
        Array(try extensionData(header).prefix { $0 != 0 })
    }

    private mutating func paxRecords(_ header: TarHeader) throws(ImageError) -> PaxRecords {
        guard let records = PaxRecords(try extensionData(header)) else {
            throw .badTar(name, problem: "a pax header is malformed")
        }
        return records
    }

    /// Global records hold for all members that follow. Those that would give many members one name or size are refused.
    private mutating func takeGlobal(_ records: PaxRecords) throws(ImageError) {
        for record in records.records {
            if ["path", "linkpath", "size"].contains(record.key) || record.key.hasPrefix("GNU.sparse.") {
                throw .badTar(name, problem: "a global pax header sets \(record.key) for all members")
            }
            global.removeAll { $0.key == record.key }
            if !record.value.isEmpty { global.append(record) }
        }
        if global.count > 1000 { throw .badTar(name, problem: "it has over 1000 global pax records") }
    }

    private mutating func entry(
        _ header: TarHeader, _ longPath: [UInt8]?, _ longLink: [UInt8]?,
        _ records: [(key: String, value: ArraySlice<UInt8>)]
    ) throws(ImageError) -> TarEntry {
        var path = longPath ?? header.path
        var link = longLink ?? Array(header.link)
        var (size, user, group, seconds, mode) = try parse { () throws(TarHeader.Problem) in
            (try header.size(), try header.user(), try header.group(), try header.modified(), try header.mode())
        }
        var time: FileTime?
        var attributes: [(name: String, value: [UInt8])] = []
        for (key, value) in records where !value.isEmpty || key.hasPrefix("SCHILY.xattr.") {
            switch key {
            case "path": path = Array(value)
            case "linkpath": link = Array(value)
            case "size": size = try paxNumber(key, value)
            case "uid": user = try paxNumber(key, value)
            case "gid": group = try paxNumber(key, value)
            case "mtime":
                guard let parsed = PaxRecords.time(value) else { throw badPax(key) }
                time = parsed
            case _ where key.hasPrefix("SCHILY.xattr."):
                let attribute = String(key.dropFirst("SCHILY.xattr.".count))
                attributes.removeAll { $0.name == attribute }
                attributes.append((attribute, Array(value)))
            case _ where key.hasPrefix("GNU.sparse."): throw refused(path, "sparse files are not supported")
            default: break
            }
        }
        if path.contains(0) || link.contains(0) { throw refused(path, "its name has a NUL in it") }
        // Unsigned on the wire, but -1 would mean "leave the owner" to the kernel.
        guard (0..<0xffff_ffff).contains(user), (0..<0xffff_ffff).contains(group) else {
            throw refused(path, "its owner \(user):\(group) is no user and group id")
        }
        guard size >= 0 else { throw refused(path, "its size is negative") }
        mode &= 0o7777

        let kind: TarEntry.Kind
        switch header.type {
        // Old tars wrote directories as files with a slash at the end.
        case 0, UInt8(ascii: "0"): kind = path.last == UInt8(ascii: "/") ? .directory : .regular
        case UInt8(ascii: "7"): kind = .regular
        case UInt8(ascii: "1"): kind = .hardLink
        case UInt8(ascii: "2"): kind = .symlink
        case UInt8(ascii: "3"): kind = .characterDevice
        case UInt8(ascii: "4"): kind = .blockDevice
        case UInt8(ascii: "5"): kind = .directory
        case UInt8(ascii: "6"): kind = .fifo
        case UInt8(ascii: "S"): throw refused(path, "sparse files are not supported")
        default: throw refused(path, "type \(header.type) is not supported")
        }
        // Whatever the size field says, only files have data (as Go's archive/tar and GNU tar read it).
        let data = kind == .regular ? UInt64(size) : 0
        var device: (major: Int64, minor: Int64) = (0, 0)
        if kind == .characterDevice || kind == .blockDevice {
            device = try parse { () throws(TarHeader.Problem) in (try header.deviceMajor(), try header.deviceMinor()) }
        }
        unread = data
        padding = (512 - data % 512) % 512
        return TarEntry(
            kind: kind, path: path, link: link, mode: UInt32(mode), user: UInt32(user), group: UInt32(group),
            size: data, modified: time ?? FileTime(seconds: seconds),
            deviceMajor: UInt32(truncatingIfNeeded: device.major),
            deviceMinor: UInt32(truncatingIfNeeded: device.minor),
            attributes: attributes)
    }

    private func paxNumber(_ key: String, _ value: ArraySlice<UInt8>) throws(ImageError) -> Int64 {
        guard let number = PaxRecords.number(value) else { throw badPax(key) }
        return number
    }

    private func badPax(_ key: String) -> ImageError { .badTar(name, problem: "a pax header has a bad \(key)") }

    private func refused(_ path: [UInt8], _ problem: String) -> ImageError {
        .badEntry(layer: name, path: String(decoding: path, as: UTF8.self), problem: problem)
    }

    private func parse<R>(_ body: () throws(TarHeader.Problem) -> R) throws(ImageError) -> R {
        do throws(TarHeader.Problem) {
            return try body()
        } catch {
            throw .badTar(name, problem: error.sentence)
        }
    }
}
