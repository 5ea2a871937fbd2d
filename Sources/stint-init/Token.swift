/// What a descriptor in the poller is. Containers keep their number for ever, connections until they close.
enum Token {
    case listener, alarm
    case connection(Int), process(Int), failure(Int), output(Int), errors(Int), memory(Int)
    /// One who is attached, and one of the pipes of such a one that had no room.
    case attached(Int)
    case tap(Int, isErrors: Bool)

    var packed: UInt64 {
        switch self {
        case .listener: 0
        case .alarm: 1
        case .connection(let index): 2 | UInt64(index) << 8
        case .process(let index): 3 | UInt64(index) << 8
        case .failure(let index): 4 | UInt64(index) << 8
        case .output(let index): 5 | UInt64(index) << 8
        case .errors(let index): 6 | UInt64(index) << 8
        case .memory(let index): 7 | UInt64(index) << 8
        case .attached(let index): 20 | UInt64(index) << 8
        case .tap(let index, let isErrors): (isErrors ? 22 : 21) | UInt64(index) << 8
        }
    }

    init?(_ packed: UInt64) {
        let index = Int(packed >> 8)
        switch packed & 0xff {
        case 0: self = .listener
        case 1: self = .alarm
        case 2: self = .connection(index)
        case 3: self = .process(index)
        case 4: self = .failure(index)
        case 5: self = .output(index)
        case 6: self = .errors(index)
        case 7: self = .memory(index)
        case 20: self = .attached(index)
        case 21: self = .tap(index, isErrors: false)
        case 22: self = .tap(index, isErrors: true)
        default: return nil
        }
    }
}
