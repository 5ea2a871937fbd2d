/// One line of a container's log as the CRI writes it: `<RFC3339Nano> <stdout|stderr> <F|P> <text>`.
///
/// `P` marks a part: the program's line goes on in the next entry.
public struct CRILine: Equatable, Sendable {
    public let time: ArraySlice<UInt8>
    public let stream: ArraySlice<UInt8>
    public let isPartial: Bool
    public let text: ArraySlice<UInt8>

    /// Nil when the bytes are not such a line (a write that a crash cut short).
    public init?(_ line: ArraySlice<UInt8>) {
        let space = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: space) else { return nil }
        guard let second = line[(first + 1)...].firstIndex(of: space) else { return nil }
        let flag = second + 1
        guard flag < line.endIndex, line[flag] == UInt8(ascii: "F") || line[flag] == UInt8(ascii: "P"),
            flag + 1 < line.endIndex, line[flag + 1] == space
        else { return nil }
        time = line[..<first]
        stream = line[(first + 1)..<second]
        isPartial = line[flag] == UInt8(ascii: "P")
        text = line[(flag + 2)...]
    }

    /// What the program wrote; the line itself when it is not in this format.
    public static func text(_ line: [UInt8]) -> ArraySlice<UInt8> { CRILine(line[...])?.text ?? line[...] }
}
