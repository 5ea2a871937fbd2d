import Foundation
import Hummingbird
import Kube
import NIOCore
import Store

/// What no Kubernetes has: `/apis/stint.dev/v1/…`, for images, the ledger and the report on this host.
struct StintAPI: Sendable {
    let store: Store
    let services: HostServices
    let kubeconfigs: KubeconfigIssuer?

    struct Images: Codable {
        var kind = "ImageList"
        var apiVersion = "stint.dev/v1"
        var items: [ImageSummary]
    }

    struct Attempts: Codable {
        var kind = "AttemptList"
        var apiVersion = "stint.dev/v1"
        /// Of the Job or pod that has the name now, when one was asked for by name.
        var currentUID: String?
        var items: [AttemptRecord]
    }

    func respond(
        _ path: [String], _ query: Query, _ request: Request, _ identity: Identity, on channel: any Channel
    ) async throws(Status) -> Response {
        switch (path, request.method) {
        case (["images"], .get): return try .json(Images(items: await services.images()))
        case (["images"], .post): return importImage(name: query.text("name"), request, on: channel)
        case (["images"], .delete):
            let name = try required("name", query)
            do {
                try await services.removeImage(name, query.flag("force") ?? false)
            } catch {
                throw Status(host: error)
            }
            return try .json(Status.deleted(Self.images, name, uid: ""))
        case (["images", "inspect"], .get):
            let name = try required("name", query)
            guard let image = await services.inspectImage(name) else { throw Status.notFound(Self.images, name) }
            return try .json(image)
        case (["check"], .get): return try .json(await services.hostReport())
        case (["attempts"], .get):
            return try .json(Attempts(currentUID: currentUID(query), items: await attempts(query)))
        case (["attempts", "log"], .get): return try await log(ofAttempt: required("id", query))
        case (["kubeconfig"], .post):
            guard let kubeconfigs else { throw Status.pathNotFound() }
            let text = try kubeconfigs.make(for: try await KubeconfigRequest(reading: request), by: identity)
            return .bytes(ByteBuffer(string: text), type: MediaType.yaml.rawValue, status: .created)
        case (["images"], _), (["images", "inspect"], _), (["check"], _), (["attempts"], _), (["attempts", "log"], _),
            (["kubeconfig"], _):
            throw Status.methodNotAllowed
        default: throw Status.pathNotFound()
        }
    }

    /// What a request wants to do, for the authorizer.
    static func attributes(of path: [String], _ method: RequestMethod) -> Attributes {
        let verb: Verb =
            switch method {
            case .get, .head: .get
            case .post: .create
            case .delete: .delete
            case .patch: .patch
            default: .update
            }
        return Attributes(
            verb: verb.rawValue, group: APIPath.stintGroup, version: "v1", resource: path.first ?? "",
            subresource: path.dropFirst().first ?? "")
    }

    /// For messages; images and attempts are no objects of the store.
    private static let images = ResourceType(
        group: "stint.dev", kind: "Image", plural: "images", singular: "image", isNamespaced: false)
    private static let attempts = ResourceType(
        group: "stint.dev", kind: "Attempt", plural: "attempts", singular: "attempt", isNamespaced: false)

    private func required(_ name: String, _ query: Query) throws(Status) -> String {
        guard let value = query.text(name) else { throw Status.badRequest("the query needs \"\(name)\"") }
        return value
    }

    private func attempts(_ query: Query) async throws(Status) -> [AttemptRecord] {
        do {
            return try await store.attempts(
                namespace: query.text("namespace"), jobName: query.text("job"), podName: query.text("pod"))
        } catch {
            throw Status(error)
        }
    }

    /// Names are used again: which of the Jobs or pods of one name is there now, if any.
    private func currentUID(_ query: Query) -> String? {
        guard let namespace = query.text("namespace") else { return nil }
        if let job = query.text("job") { return store.get(Job.self, ObjectKey(namespace: namespace, name: job))?.uid }
        return query.text("pod").flatMap { store.get(Pod.self, ObjectKey(namespace: namespace, name: $0))?.uid }
    }

    /// The saved end of a log as it was written, in the lines of the CRI; 404 when nothing was.
    private func log(ofAttempt id: String) async throws(Status) -> Response {
        let log: Data?
        do { log = try await store.log(ofAttempt: id) } catch { throw Status(error) }
        guard let log else { throw Status.notFound(Self.attempts, id) }
        return .bytes(ByteBuffer(bytes: log), type: "text/plain; charset=utf-8")
    }

    /// The archive is the body, of any size and read no faster than it is unpacked; the answer is a line of JSON for
    /// each message, while the body still arrives. The connection ends with the answer, so that what is left of a body
    /// that was refused is not read.
    private func importImage(name: String?, _ request: Request, on channel: any Channel) -> Response {
        let messages = services.importImage(BodyReader.stream(request), name)
        let body = StreamedBody.make(on: channel, endsWithInput: false) { writer in
            do {
                for try await message in messages { try await writer.write(try Self.line(message)) }
            } catch let status as Status {
                try await writer.write(try Self.line(ImageImportMessage(status: status)))
            }
        }
        var response = Response.stream(body)
        response.headers[.connection] = "close"
        return response
    }

    private static func line(_ message: ImageImportMessage) throws(Status) -> ByteBuffer {
        var line = try Encoding.json(message)
        line.writeInteger(UInt8(ascii: "\n"))
        return line
    }
}
