import Foundation

/// Why there was no answer to read.
enum ConnectionError: Error, Equatable {
    case noDaemon(String, errno: Int32)
    case pathTooLong(String)
    /// The daemon took the request and closed the connection.
    case noAnswer(String)
    /// The answer stopped in the middle.
    case cut(String)

    var message: String {
        switch self {
        case .noDaemon(let path, EACCES), .noDaemon(let path, EPERM):
            "not allowed to use \(path): run stint as root, or as the user who started stintd"
        case .noDaemon(let path, ENOENT), .noDaemon(let path, ECONNREFUSED):
            "no daemon answers on \(path): start it with 'stintd' as root, or name its socket with --socket or STINT_SOCKET"
        case .noDaemon(let path, let code): "connecting to \(path): \(String(cString: strerror(code)))"
        case .pathTooLong(let path): "the socket path \(path) is longer than the 107 bytes a unix socket can have"
        case .noAnswer(let path): "the daemon on \(path) closed the connection without an answer"
        case .cut(let path): "the daemon on \(path) closed the connection in the middle of its answer"
        }
    }
}
