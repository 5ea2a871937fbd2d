import Kube
import NIOHTTP1

/// The Kubernetes API of one daemon, as any HTTP client sees it. Prints the warnings that come with answers.
struct APIClient: Sendable {
    let socket: DaemonSocket
    let console: Console

    init(socket: DaemonSocket, console: Console = .current) {
        self.socket = socket
        self.console = console
    }

    /// Sends a request and reads the whole answer; an answer that is not 2xx is thrown as the `Status` it carries.
    func send(_ request: APIRequest) async throws -> JSONValue {
        let bytes = try await sendForBytes(request)
        guard !bytes.isEmpty else { return .null }
        return try KubeJSON.parse(bytes)
    }

    func send<Answer: Decodable & Sendable>(_ request: APIRequest, as type: Answer.Type) async throws -> Answer {
        try KubeJSON.decode(type, from: try await sendForBytes(request))
    }

    func sendForBytes(_ request: APIRequest) async throws -> [UInt8] {
        try await stream(request) { try await $0.bytes() }
    }

    /// Sends a request and hands a 2xx answer to `read` while it arrives.
    func stream<Answer: Sendable>(
        _ request: APIRequest, _ read: (inout APIResponse) async throws -> Answer
    ) async throws -> Answer {
        try await socket.exchange(request) { response in
            for header in response.head.headers["Warning"] {
                for text in warningTexts(header) { console.warn(text) }
            }
            guard (200..<300).contains(response.head.status.code) else {
                throw failureStatus(response.head.status, body: try await response.bytes())
            }
            return try await read(&response)
        }
    }
}

/// The Status an answer carries, or one made from the HTTP status when its body is something else.
func failureStatus(_ http: HTTPResponseStatus, body: [UInt8]) -> Status {
    // A body that is no Status is no surprise: a proxy or another program may have answered.
    if let status = try? KubeJSON.decode(Status.self, from: body), status.kind == "Status", status.message != nil {
        return status
    }
    let text = String(decoding: body, as: UTF8.self).trimmed
    return Status(
        code: Int(http.code), reason: "",
        message: "the daemon answered \(http.code) \(http.reasonPhrase)" + (text.isEmpty ? "" : ": \(text)"))
}

/// The texts of a Warning header (RFC 7234 5.5): `299 - "text", 299 - "text"`, quotes and backslashes escaped.
func warningTexts(_ header: String) -> [String] {
    var texts: [String] = []
    var text: String?
    var isEscaped = false
    for character in header {
        if isEscaped {
            text?.append(character)
            isEscaped = false
        } else if character == "\\", text != nil {
            isEscaped = true
        } else if character == "\"" {
            if let complete = text { texts.append(complete) }
            text = text == nil ? "" : nil
        } else {
            text?.append(character)
        }
    }
    return texts
}
