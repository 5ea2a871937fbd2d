/// Where in its layer an entry goes, by its name alone: cleaned as Docker and containerd clean it, and what its last
/// component means.
struct EntryName: Hashable {
    enum Meaning: Hashable {
        /// The layer's root itself.
        case root
        case node
        /// Deletes what lower layers have under this name.
        case whiteout
        /// Hides all that lower layers have in the parent directory.
        case opaque
        /// Book-keeping of AUFS that means nothing to others.
        case ignored
    }

    /// Directory it is in, components joined by one slash, empty for the root.
    let parent: [UInt8]
    /// Last component, without a whiteout's prefix; empty when there is none.
    let base: [UInt8]
    let meaning: Meaning

    enum Problem: Error {
        case empty, leavesRoot, long, longComponent, deep, whiteoutParent, whiteoutOfNothing

        var sentence: String {
            switch self {
            case .empty: "it has no name"
            case .leavesRoot: "its name leads out of the image"
            case .long: "its name is too long"
            case .longComponent: "a part of its name is longer than 255 bytes"
            case .deep: "it lies too deep"
            case .whiteoutParent: "it lies in a deleted directory's mark"
            case .whiteoutOfNothing: "it deletes a file without a name"
            }
        }
    }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")
    private static let whiteoutPrefix = Array(".wh.".utf8)
    private static let metaPrefix = Array(".wh..wh.".utf8)
    private static let opaqueMark = Array(".wh..wh..opq".utf8)

    /// A leading slash means the image's root. `.` disappears and `a/..` with it; a name that then still climbs is
    /// refused, as Docker refuses it.
    init(_ path: [UInt8], limits: ImportLimits) throws(Problem) {
        if path.isEmpty { throw .empty }
        var parts: [ArraySlice<UInt8>] = []
        for part in path.split(separator: Self.slash) where part != [Self.dot] {
            if part == [Self.dot, Self.dot] {
                if parts.isEmpty { throw .leavesRoot }
                parts.removeLast()
            } else {
                if part.count > 255 { throw .longComponent }
                parts.append(part)
            }
        }
        guard let last = parts.popLast() else {
            (parent, base, meaning) = ([], [], .root)
            return
        }
        if parts.count > limits.depth { throw .deep }
        let parent = Array(parts.joined(separator: [Self.slash]))
        if parent.count + 1 + last.count > limits.nameBytes { throw .long }
        self.parent = parent

        let isMeta = (parts + [last]).contains { $0.starts(with: Self.metaPrefix) }
        if last == Self.opaqueMark[...], !parts.contains(where: { $0.starts(with: Self.whiteoutPrefix) }) {
            (base, meaning) = ([], .opaque)
        } else if isMeta {
            (base, meaning) = ([], .ignored)
        } else if parts.contains(where: { $0.starts(with: Self.whiteoutPrefix) }) {
            throw .whiteoutParent
        } else if last.starts(with: Self.whiteoutPrefix) {
            let name = Array(last.dropFirst(Self.whiteoutPrefix.count))
            if name.isEmpty || name == [Self.dot] || name == [Self.dot, Self.dot] { throw .whiteoutOfNothing }
            (base, meaning) = (name, .whiteout)
        } else {
            (base, meaning) = (Array(last), .node)
        }
    }
}
