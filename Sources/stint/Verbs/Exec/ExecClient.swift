@preconcurrency import Dispatch
import Foundation
import Kube

/// The near end of a command: standard input goes to it, what it writes comes out here.
struct ExecClient {
    let client: APIClient
    let passesInput: Bool
    /// Nil when the command has none.
    let terminal: LocalTerminal?

    /// The command's exit code.
    func run(_ request: APIRequest) async throws -> Int32 {
        var code: Int32?
        try await DaemonStream.run(request, on: client.socket) { stream in
            terminal?.follow { size in
                guard let bytes = try? KubeJSON.encode(size) else { return }
                Task { try? await stream.send(bytes, on: StreamChannel.size) }  // gone is gone
            }
            if passesInput { Self.passInput(to: stream) }
        } read: { channel, bytes in
            switch channel {
            case StreamChannel.output: try client.console.writeBytes(Array(bytes))
            case StreamChannel.errors:
                try FileHandle.standardError.write(contentsOf: Data(bytes))
            case StreamChannel.result:
                code = try Self.exitCode(KubeJSON.decode(Status.self, from: Array(bytes)))
                return false
            default: break
            }
            return true
        }
        guard let code else { throw ConnectionError.cut(client.socket.path) }
        return code
    }

    /// A command that could not be run is an error, one that failed is an exit code.
    static func exitCode(_ status: Status) throws -> Int32 {
        if status.status == "Success" { return 0 }
        let cause = status.details?.causes?.first { $0.reason == "ExitCode" }
        guard status.reason == "NonZeroExitCode", let code = cause?.message.flatMap({ Int32($0) }) else {
            throw Failure(status.message ?? "unknown error")
        }
        return code
    }

    /// On a thread of its own, because a read of standard input may last for ever, and ends with the program.
    private static func passInput(to stream: DaemonStream) {
        Thread {
            var chunk = [UInt8](repeating: 0, count: 32_768)
            while true {
                let count = read(0, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                let message =
                    count > 0
                    ? (Array(chunk[..<count]), StreamChannel.input) : ([StreamChannel.input], StreamChannel.close)
                let sent = DispatchSemaphore(value: 0)
                Task {
                    try? await stream.send(message.0, on: message.1)  // the reader notices when nobody is there
                    sent.signal()
                }
                // One message at a time: no more is read than the daemon takes.
                sent.wait()
                if count <= 0 { return }
            }
        }.start()
    }
}

/// The terminal that stint was started in, handed over to a command: keys go to it as they are typed.
final class LocalTerminal: @unchecked Sendable {
    private let before: termios
    private let changes = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())

    init() {
        var settings = termios()
        tcgetattr(0, &settings)
        before = settings
        cfmakeraw(&settings)
        tcsetattr(0, TCSANOW, &settings)
    }

    /// Tells its size, now and whenever it changes.
    func follow(_ tell: @escaping @Sendable (TerminalSize) -> Void) {
        @Sendable func now() {
            var size = winsize()
            guard ioctl(0, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return }
            tell(TerminalSize(width: size.ws_col, height: size.ws_row))
        }
        changes.setEventHandler { now() }
        changes.activate()
        now()
    }

    /// As it was. Twice is as good as once.
    func restore() {
        var settings = before
        tcsetattr(0, TCSANOW, &settings)
    }
}
