import Foundation
import Kube

/// The writes that will share one commit. Planning a write changes nothing but the batch; each one sees what those
/// before it planned.
final class Batch {
    /// How many names are generated before a clash is an error.
    static let generatedNames = 8

    let now: Date
    let options: StoreOptions
    let shelves: [ObjectIdentifier: any AnyShelf]
    /// The last revision given out.
    private(set) var revision: Int64
    private(set) var records: [AttemptRow] = []
    private(set) var drafts: [ObjectIdentifier: any AnyDraft] = [:]
    /// As the last commit left it, and what this batch makes of it.
    var book: QuotaBook

    init(
        revision: Int64, options: StoreOptions, shelves: [ObjectIdentifier: any AnyShelf], book: QuotaBook = QuotaBook()
    ) {
        self.revision = revision
        self.book = book
        self.options = options
        self.shelves = shelves
        now = options.now()
    }

    var isEmpty: Bool { records.isEmpty && drafts.values.allSatisfy { $0.count == 0 } }

    /// Plans writes that belong together: all of them, or, when one throws or it is only a rehearsal, none.
    func attempt<T>(rehearsal: Bool = false, _ plan: (Batch) throws -> T) throws -> T {
        let mark = (revision, records.count, drafts.mapValues(\.count), book)
        func takeBack() {
            revision = mark.0
            records.removeSubrange(mark.1...)
            for (type, draft) in drafts { draft.takeBack(to: mark.2[type] ?? 0) }
            book = mark.3
        }
        do {
            let value = try plan(self)
            if rehearsal { takeBack() }
            return value
        } catch {
            takeBack()
            throw error
        }
    }

    private func draft<R: Resource>(_ type: R.Type) -> Draft<R> {
        let id = ObjectIdentifier(type)
        if let known = drafts[id] { return unsafeDowncast(known, to: Draft<R>.self) }
        let new = Draft<R>(shelf: shelves.shelf(type))
        drafts[id] = new
        return new
    }

    // MARK: - Planning

    func create<R: Resource>(_ object: R) throws -> R {
        var object = object
        if !R.type.isNamespaced { object.metadata.namespace = nil }
        guard !R.type.isNamespaced || !object.namespace.isEmpty else { throw StoreError.unnamed(R.type) }
        let draft = draft(R.self)
        try chooseName(&object, in: draft)
        if object.uid.isEmpty { object.metadata.uid = options.makeUID() }
        object.metadata.creationTimestamp = Timestamp(now)
        object.metadata.deletionTimestamp = nil
        object.metadata.deletionGracePeriodSeconds = nil
        object.metadata.generation = object.nextGeneration(replacing: nil)
        object = try admit(new: object)
        return try stage(object, old: nil, isRemoval: false, in: draft)
    }

    /// A given name that is taken is an error; a generated one is made again a few times first.
    private func chooseName<R: Resource>(_ object: inout R, in draft: Draft<R>) throws {
        if object.name.isEmpty {
            guard let base = object.metadata.generateName, !base.isEmpty else { throw StoreError.unnamed(R.type) }
            for _ in 0..<Self.generatedNames {
                object.metadata.name = base.prefix(63 - NameGenerator.suffixLength) + options.makeNameSuffix()
                if draft.stored(object.key) == nil { return }
            }
        }
        if draft.stored(object.key) != nil { throw StoreError.alreadyExists(R.type, object.key) }
    }

    func update<R: Resource>(_ object: R) throws -> R {
        let draft = draft(R.self)
        let key = R.storeKey(object.key)
        guard let old = draft.stored(key) else { throw StoreError.notFound(R.type, key) }
        try old.require(uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
        return try replace(old, with: object, in: draft)
    }

    func modify<R: Resource>(_: R.Type, _ key: ObjectKey, _ change: (inout R) throws -> Void) throws -> R {
        let draft = draft(R.self)
        let key = R.storeKey(key)
        guard let old = draft.stored(key) else { throw StoreError.notFound(R.type, key) }
        var object = old.object
        try change(&object)
        return try replace(old, with: object, in: draft)
    }

    private func replace<R: Resource>(_ old: Stored<R>, with object: R, in draft: Draft<R>) throws -> R {
        var object = object
        let fixed = old.object.metadata
        object.metadata.name = fixed.name
        object.metadata.namespace = fixed.namespace
        object.metadata.uid = fixed.uid
        object.metadata.resourceVersion = fixed.resourceVersion
        object.metadata.creationTimestamp = fixed.creationTimestamp
        object.metadata.deletionTimestamp = fixed.deletionTimestamp
        object.metadata.deletionGracePeriodSeconds = fixed.deletionGracePeriodSeconds
        object.metadata.generation = object.nextGeneration(replacing: old.object)
        if object == old.object, !object.isFreeToGo { return old.object }
        try check(object, replacing: old.object)
        return try stage(object, old: old, isRemoval: object.isFreeToGo, in: draft)
    }

    func delete<R: Resource>(_: R.Type, _ key: ObjectKey, _ options: DeleteOptions) throws -> R {
        let draft = draft(R.self)
        let key = R.storeKey(key)
        guard let old = draft.stored(key) else { throw StoreError.notFound(R.type, key) }
        try old.require(uid: options.preconditions?.uid, resourceVersion: options.preconditions?.resourceVersion)
        switch Deletion.decide(old.object, options, now: now) {
        case .remove(let object): return try stage(object, old: old, isRemoval: true, in: draft)
        case .mark(let object):
            if object == old.object { return object }
            return try stage(object, old: old, isRemoval: false, in: draft)
        }
    }

    /// The result is the record's place among those of the batch.
    @discardableResult
    func record(_ record: AttemptRecord, log: Data? = nil) throws -> Int {
        do {
            records.append(try AttemptRow(record, log: log))
            return records.count - 1
        } catch {
            throw StoreError.inputOutput("attempt \"\(record.id)\" cannot be written as JSON: \(error)")
        }
    }

    /// The only place where revisions are given out.
    private func stage<R: Resource>(_ object: R, old: Stored<R>?, isRemoval: Bool, in draft: Draft<R>) throws -> R {
        try count(old?.object, isRemoval ? nil : object)
        var object = object
        object.metadata.resourceVersion = String(revision + 1)
        let body: Data
        do {
            body = isRemoval ? Data() : try ObjectCoding.encode(object)
        } catch {
            throw StoreError.notEncodable(R.type, object.key, String(describing: error))
        }
        revision += 1
        let current = Stored(object, revision: revision, bytes: isRemoval ? old?.bytes ?? 0 : body.count)
        draft.stage(Change(old: old, current: current, isRemoval: isRemoval), body: body)
        noteQuota(object, isRemoval: isRemoval)
        return object
    }

    /// What the writer itself has to say of a quota.
    func writeStatus(_ status: ResourceQuotaStatus, of key: ObjectKey) throws {
        let draft = draft(ResourceQuota.self)
        guard let old = draft.stored(key), old.object.status != status else { return }
        var quota = old.object
        quota.status = status
        _ = try stage(quota, old: old, isRemoval: false, in: draft)
    }

    /// The objects of a namespace (nil: all) with what has been planned so far, in key order. None when the store was
    /// opened without the type.
    func objects<R: Resource>(_ type: R.Type, in namespace: String?) -> [R] {
        guard shelves[ObjectIdentifier(type)] != nil else { return [] }
        return draft(type).objects(in: namespace)
    }
}

extension Stored {
    /// Refuses a caller who looked at another object or another version.
    fileprivate func require(uid: String?, resourceVersion: String?) throws(StoreError) {
        if let uid, !uid.isEmpty, uid != object.metadata.uid {
            throw .conflict(R.type, key, .uid(wanted: uid, found: object.uid))
        }
        if let resourceVersion, !resourceVersion.isEmpty, resourceVersion != object.metadata.resourceVersion {
            throw .conflict(R.type, key, .resourceVersion(wanted: resourceVersion, found: String(revision)))
        }
    }
}

extension Resource {
    /// Cluster-scoped objects have no namespace, whatever the caller wrote.
    static func storeKey(_ key: ObjectKey) -> ObjectKey {
        type.isNamespaced || key.namespace == nil ? key : ObjectKey(namespace: nil, name: key.name)
    }
}

extension [ObjectIdentifier: any AnyShelf] {
    /// The shelf of a type. A type the store was not opened with is a mistake in the program.
    func shelf<R: Resource>(_ type: R.Type) -> Shelf<R> {
        guard let shelf = self[ObjectIdentifier(type)] else {
            preconditionFailure("the store was opened without \(R.type.qualifiedName)")
        }
        return unsafeDowncast(shelf, to: Shelf<R>.self)
    }
}
