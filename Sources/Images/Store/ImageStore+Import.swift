internal import Foundation
internal import Linux

extension ImageStore {
    /// Takes the images of an archive in. They are on disk when this returns; if it throws, nothing of them is.
    ///
    /// - Parameters:
    ///   - name: for the archive's only image, instead of the names it brings.
    ///   - progress: called from several threads.
    /// - Returns: the images for this host's platform, with the names they have now.
    public func importImage(
        from source: ImportSource, name: String?, progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws(ImageError) -> [Image] {
        let name = try name.map { (text) throws(ImageError) in try ImageName(parsing: text) }
        let budget = ImportBudget(limits: limits, report: progress)
        let result: Result<[Image], ImageError> = await withTaskCancellationHandler {
            do throws(ImageError) {
                var spool: Spool?
                if case .stream(let bytes) = source {
                    let file = try Spool(in: self)
                    try await file.receive(bytes, budget)
                    spool = file
                }
                return await self.onThread { [spool] () throws(ImageError) in
                    try self.run(source, spool, name, budget)
                }
            } catch {
                return .failure(error)
            }
        } onCancel: {
            budget.cancel()
        }
        return try result.get()
    }

    private func onThread(
        _ work: @escaping @Sendable () throws(ImageError) -> [Image]
    ) async -> Result<[Image], ImageError> {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                do throws(ImageError) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }

    private func run(
        _ source: ImportSource, _ spool: Spool?, _ name: ImageName?, _ budget: ImportBudget
    ) throws(ImageError) -> [Image] {
        let files: any ArchiveFiles =
            switch source {
            case .directory(let path): try DirectoryFiles(path)
            case .file(let path): try open(path, budget)
            case .stream: try tar(spool!.blob, named: "the archive", budget)
            }
        let work = try ImageImport(self, budget: budget)
        do throws(ImageError) {
            let images = try work.run(files, name: name)
            work.cleanUp()
            for image in images {
                logger.info("image imported", metadata: ["image.id": "\(image.id)", "image.names": "\(image.names)"])
            }
            return images
        } catch {
            work.cleanUp()
            // Layers that were reserved for this import may have lost their last image meanwhile.
            do throws(ImageError) { try sweep() } catch {
                logger.warning("layers not removed; the next start tries again", metadata: ["error": "\(error)"])
            }
            throw error
        }
    }

    private func open(_ path: String, _ budget: ImportBudget) throws(ImageError) -> any ArchiveFiles {
        let file = SharedFile(try during("opening the image") { () throws(SyscallError) in try Paths.openFile(path) })
        let status = try during("opening the image") { () throws(SyscallError) in
            try Paths.status(file.descriptor.raw)
        }
        switch status.kind {
        case .directory: return try DirectoryFiles(path)
        case .regular: return try tar(Blob(file: file, offset: 0, size: status.size), named: path, budget)
        default: return try tar(copy(file, budget), named: path, budget)
        }
    }

    /// What cannot be read twice, a pipe for instance, into a file that can.
    private func copy(_ file: SharedFile, _ budget: ImportBudget) throws(ImageError) -> Blob {
        let spool = try Spool(in: self)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count = try during("reading the archive") { () throws(SyscallError) in
                try Paths.read(file.descriptor.raw, buffer)
            }
            if count == 0 { return spool.blob }
            try spool.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
            try budget.checkCancelled()
        }
    }

    /// An archive may be compressed as a whole; then it is decompressed first, for its members are read out of order.
    private func tar(_ blob: Blob, named name: String, _ budget: ImportBudget) throws(ImageError) -> TarFiles {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        let start = try blob.read(UnsafeMutableRawBufferPointer(rebasing: buffer[..<4]), at: 0)
        if start == 0 { throw .badTar(name, problem: "it is empty") }
        if Compression(magic: buffer[..<start]) == .none { return try TarFiles(blob, name: name, limits: limits) }
        let source = BlobDecompressor(blob, name: name, limits: limits, hash: false)
        let spool = try Spool(in: self)
        while true {
            let count = try source.fill(buffer)
            if count == 0 { break }
            try spool.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
            if spool.size > limits.ratioStartBytes, spool.size / max(source.consumed, 1) > limits.ratio {
                throw .overLimit(name, limit: "times its compressed size", allowed: limits.ratio)
            }
            try budget.checkCancelled()
        }
        return try TarFiles(spool.blob, name: name, limits: limits)
    }
}
