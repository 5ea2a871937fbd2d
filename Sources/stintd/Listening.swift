import ArgumentParser
import Server

/// Where the daemon listens, from the words of `--listen`.
struct Listening: Equatable {
    static let defaultTCP = TCPAddress(host: "127.0.0.1", port: 6443)

    /// There always is one: without it nobody could ask for a kubeconfig.
    var socketPath: String
    var tcp: [TCPAddress]

    /// - Parameter words: `unix:PATH` or a path moves the socket, `HOST:PORT` is a TCP address, and `none` means no TCP.
    init(_ words: [String], runDirectory: String) throws {
        var paths: [String] = []
        var addresses: [TCPAddress] = []
        var isOff = false
        for word in words {
            if word == "none" {
                isOff = true
            } else if word.hasPrefix("unix:") || word.hasPrefix("/") {
                paths.append(word.hasPrefix("unix:") ? String(word.dropFirst("unix:".count)) : word)
            } else if let address = TCPAddress(parsing: word) {
                if !addresses.contains(address) { addresses.append(address) }
            } else {
                throw ValidationError(
                    "--listen \"\(word)\" is not HOST:PORT (an IPv6 address in brackets), unix:PATH or none")
            }
        }
        guard paths.count <= 1 else { throw ValidationError("--listen names more than one unix socket") }
        guard !isOff || addresses.isEmpty else { throw ValidationError("--listen none excludes --listen HOST:PORT") }
        socketPath = paths.first ?? "\(runDirectory)/stint.sock"
        tcp = addresses.isEmpty && !isOff ? [Self.defaultTCP] : addresses
    }
}
