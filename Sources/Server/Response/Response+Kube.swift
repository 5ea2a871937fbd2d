import HTTPTypes
import Hummingbird
import Kube

extension Response {
    /// Bytes that are already encoded.
    static func bytes(
        _ buffer: ByteBuffer, type: String = MediaType.json.rawValue, status: HTTPResponse.Status = .ok,
        warnings: [String] = []
    ) -> Response {
        Response(
            status: status, headers: headers(type: type, warnings: warnings), body: ResponseBody(byteBuffer: buffer))
    }

    static func stream(type: String = MediaType.json.rawValue, _ body: ResponseBody) -> Response {
        Response(status: .ok, headers: headers(type: type), body: body)
    }

    static func json(_ value: some Encodable) throws(Status) -> Response { .bytes(try Encoding.json(value)) }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        .bytes(ByteBuffer(string: text), type: "text/plain; charset=utf-8", status: status)
    }

    /// An error, as every client of this API expects it.
    static func failure(_ status: Status, warnings: [String] = []) -> Response {
        // A Status is texts and whole numbers, which always encode.
        let body = (try? Encoding.json(status)) ?? ByteBuffer()
        var response = Response.bytes(
            body, status: HTTPResponse.Status(code: status.code ?? 500), warnings: warnings)
        if let seconds = status.details?.retryAfterSeconds { response.headers[.retryAfter] = "\(seconds)" }
        // The rest of a body nobody wants is not worth reading.
        if status.code == 413 || status.code == 408 { response.headers[.connection] = "close" }
        return response
    }

    private static func headers(type: String, warnings: [String] = []) -> HTTPFields {
        var headers: HTTPFields = [
            .contentType: type, .cacheControl: "no-cache, private", .xContentTypeOptions: "nosniff",
        ]
        for warning in WarningHeaders.values(warnings) {
            headers.append(HTTPField(name: .warning, value: warning))
        }
        return headers
    }
}

extension HTTPField.Name {
    // Constant names, known to be well formed.
    static let warning = HTTPField.Name("Warning")!
}
