import Foundation
import Images
import Kube
import Store
import Synchronization

extension NodeAgent {
    /// Imports an archive that comes as a stream; ends with the images, or with what was wrong with it.
    public func importImage(
        _ body: AsyncThrowingStream<[UInt8], any Error>, name: String?
    ) -> AsyncThrowingStream<ImageImportMessage, any Error> {
        // Progress is news, not record: only the newest matters, and the last message must not be lost.
        let (stream, continuation) = AsyncThrowingStream.makeStream(
            of: ImageImportMessage.self, bufferingPolicy: .bufferingNewest(8))
        let task = Task {
            do {
                let imported = try await images.importImage(from: .stream(body), name: name) { progress in
                    continuation.yield(
                        ImageImportMessage(
                            progress: ImageImportProgress(
                                stage: progress.stage.rawValue, doneBytes: progress.doneBytes,
                                totalBytes: progress.totalBytes)))
                }
                continuation.yield(ImageImportMessage(images: imported.map { summary(of: $0, isDetailed: false) }))
                imagesChanged()
            } catch {
                continuation.yield(ImageImportMessage(status: Status(imageError: error)))
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    public func listImages() -> [ImageSummary] { images.images().map { summary(of: $0, isDetailed: false) } }

    public func inspectImage(_ name: String) -> ImageSummary? {
        images.image(named: name).map { summary(of: $0, isDetailed: true) }
    }

    /// Takes a name away; the last name takes the image with it. Refused while a pod that has not ended uses it.
    public func removeImage(_ name: String, force: Bool) throws(Status) -> [String] {
        do {
            return try images.remove(name, force: force) { image in
                store.list(Pod.self).items.contains { pod in
                    !pod.hasEnded
                        && pod.imageNames.contains { images.image(named: $0)?.id == image.id }
                }
            }
        } catch {
            throw Status(imageError: error)
        }
    }

    private func summary(of image: Image, isDetailed: Bool) -> ImageSummary {
        var summary = ImageSummary(
            id: image.id, names: image.names, sizeBytes: image.sizeBytes, importedAt: Timestamp(image.importedAt),
            architecture: image.architecture, os: image.os)
        summary.createdAt = image.createdAt.map(Timestamp.init)
        guard isDetailed else { return summary }
        summary.layers = image.layers.map(\.digest)
        var config = ImageConfigSummary()
        config.entrypoint = image.config.entrypoint
        config.cmd = image.config.cmd
        config.env = image.config.env
        config.workingDir = image.config.workingDirectory.isEmpty ? nil : image.config.workingDirectory
        config.user = image.config.user.isEmpty ? nil : image.config.user
        config.labels = image.config.labels
        summary.config = config
        return summary
    }
}

extension Pod {
    /// Of its containers and of its volumes.
    fileprivate var imageNames: [String] {
        spec.allContainers.compactMap(\.image) + (spec.volumes ?? []).compactMap { $0.image?.reference }
    }
}

extension Status {
    /// An archive that cannot be used is the client's fault; a disk that is full is not.
    init(imageError error: any Error) {
        let (code, reason): (Int, String) =
            switch error as? ImageError {
            case .unknownImage: (404, "NotFound")
            case .imageInUse: (409, "Conflict")
            case .system, .storeInUse: (500, "InternalError")
            default: (400, "BadRequest")
            }
        self.init(code: code, reason: reason, message: "\(error)")
    }
}
