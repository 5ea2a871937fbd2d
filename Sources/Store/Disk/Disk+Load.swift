import Dispatch
import Foundation
import GRDB
import Kube
import Synchronization

extension Disk {
    /// What is on disk, read outside of any write.
    struct Reader {
        let db: Database
        let path: String

        func revision() throws -> Int64 {
            guard let revision = try Int64.fetchOne(db, sql: "SELECT revision FROM counter") else {
                throw StoreError.corrupt(path: path, "the revision counter is missing")
            }
            return revision
        }

        func typesOnDisk() throws -> [String] { try String.fetchAll(db, sql: "SELECT DISTINCT type FROM objects") }

        /// All objects of a type, in key order.
        func objects<R: Resource>(_: R.Type) throws -> [Stored<R>] {
            var objects: [Stored<R>] = []
            let rows = try Row.fetchCursor(
                db, sql: "SELECT revision, namespace, name, body FROM objects WHERE type = ? ORDER BY namespace, name",
                arguments: [R.type.qualifiedName])
            var chunk: [StoredRow] = []
            while let row = try rows.next() {
                chunk.append(StoredRow(revision: row[0], namespace: row[1], name: row[2], body: row[3]))
                if chunk.count == 2048 {
                    objects += try decode(chunk)
                    chunk = []
                }
            }
            return try objects + decode(chunk)
        }

        /// Decoding is most of what a start costs, so it runs on all cores.
        private func decode<R: Resource>(_ rows: [StoredRow]) throws -> [Stored<R>] {
            let parts = 16
            let results = Mutex([Int: Result<[Stored<R>], StoreError>]())
            let path = path
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                let slice = rows[(rows.count * part / parts)..<(rows.count * (part + 1) / parts)]
                let result = Result { () throws(StoreError) in
                    var objects: [Stored<R>] = []
                    for row in slice { objects.append(try row.object(path: path)) }
                    return objects
                }
                results.withLock { $0[part] = result }
            }
            let all = results.withLock { $0 }
            return try (0..<parts).flatMap { try all[$0]?.get() ?? [] }
        }
    }
}

private struct StoredRow: Sendable {
    let revision: Int64
    let namespace: String
    let name: String
    let body: Data

    func object<R: Resource>(path: String) throws(StoreError) -> Stored<R> {
        let object: R
        do {
            object = try ObjectCoding.decode(R.self, from: body)
        } catch {
            throw .corrupt(path: path, "\(R.type.qualifiedName) \"\(namespace)/\(name)\" cannot be read: \(error)")
        }
        guard object.name == name, object.namespace == namespace, object.metadata.resourceVersion == String(revision)
        else {
            throw .corrupt(path: path, "\(R.type.qualifiedName) \"\(namespace)/\(name)\" does not match its row")
        }
        return Stored(object, revision: revision, bytes: body.count)
    }
}
