import Foundation
import Kube

/// The changes one batch wants to make to the objects of one type. Lives on the writer only.
final class Draft<R: Resource> {
    let shelf: Shelf<R>
    private var changes: [(change: Change<R>, body: Data)] = []
    /// What the batch has made of objects; nil where it removed one.
    private var latest: [ObjectKey: Stored<R>?] = [:]

    init(shelf: Shelf<R>) { self.shelf = shelf }

    /// The object as it is after everything planned so far.
    func stored(_ key: ObjectKey) -> Stored<R>? {
        if let planned = latest[key] { return planned }
        return shelf.stored(key)
    }

    /// The same of all objects of a namespace (nil: of all), in key order.
    func objects(in namespace: String?) -> [R] { shelf.objects(in: namespace, replacing: latest) }

    func stage(_ change: Change<R>, body: Data) {
        changes.append((change, body))
        latest.updateValue(change.new, forKey: change.key)
    }
}

/// A draft of a type that is not known where it is used.
protocol AnyDraft: AnyObject {
    var count: Int { get }
    func everything(in namespace: String) -> [any Resource]
    /// Takes back what was staged last.
    func takeBack(to count: Int)
    var rows: [RowChange] { get }
    /// After the commit only.
    func apply(revision: Int64) -> [@Sendable () -> Void]
}

extension Draft: AnyDraft {
    var count: Int { changes.count }

    func everything(in namespace: String) -> [any Resource] { objects(in: namespace) }

    func takeBack(to count: Int) {
        while changes.count > count {
            let change = changes.removeLast().change
            latest.updateValue(change.old, forKey: change.key)
        }
    }

    var rows: [RowChange] {
        let type = R.type.qualifiedName
        return changes.map { change, body in
            switch (change.old, change.isRemoval) {
            case (nil, _): .insert(type: type, change.key, revision: change.revision, body: body)
            case (let old?, false):
                .replace(type: type, change.key, old: old.revision, revision: change.revision, body: body)
            case (let old?, true): .remove(type: type, change.key, old: old.revision)
            }
        }
    }

    func apply(revision: Int64) -> [@Sendable () -> Void] { shelf.apply(changes.map(\.change), revision: revision) }
}
