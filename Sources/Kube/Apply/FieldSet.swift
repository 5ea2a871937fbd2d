/// A set of places inside an object: what a manager owns, or what a change touched.
///
/// A place is in the set on its own account: a set with `.spec.parallelism` has `.spec` only if it was put there too.
/// Trees of hash tables, because lists of ten thousand elements are compared and merged by their keys.
struct FieldSet: Hashable, Sendable {
    /// The places one step away that are in the set.
    private(set) var members: Set<PathElement> = []
    /// The sets below a step. None of them is empty.
    private(set) var children: [PathElement: FieldSet] = [:]

    init() {}

    init(_ paths: [PathElement]...) {
        for path in paths { insert(path) }
    }

    var isEmpty: Bool { members.isEmpty && children.isEmpty }

    func contains(_ path: some Collection<PathElement>) -> Bool {
        guard let first = path.first else { return false }
        if path.count == 1 { return members.contains(first) }
        return children[first]?.contains(path.dropFirst()) ?? false
    }

    subscript(_ element: PathElement) -> FieldSet { children[element] ?? FieldSet() }

    /// The path to the whole object is not counted: nobody owns that.
    mutating func insert(_ path: some Collection<PathElement>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            members.insert(first)
        } else {
            children[first, default: FieldSet()].insert(path.dropFirst())
        }
    }

    mutating func insert(_ element: PathElement) { members.insert(element) }

    /// Adds what is below a step.
    mutating func add(_ set: FieldSet, below element: PathElement) {
        guard !set.isEmpty else { return }
        if children[element] == nil { children[element] = set } else { children[element]?.formUnion(set) }
    }
}

extension FieldSet {
    mutating func formUnion(_ other: FieldSet) {
        members.formUnion(other.members)
        for (element, set) in other.children { add(set, below: element) }
    }

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.formUnion(other)
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.members = members.intersection(other.members)
        for (element, set) in children {
            guard let theirs = other.children[element] else { continue }
            result.add(set.intersection(theirs), below: element)
        }
        return result
    }

    /// What is in this set and not in the other, place by place: taking `.spec` away leaves `.spec.parallelism`.
    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.members = members.subtracting(other.members)
        for (element, set) in children {
            result.add(other.children[element].map { set.subtracting($0) } ?? set, below: element)
        }
        return result
    }

    /// The same with everything below what is taken away.
    func subtractingTrees(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.members = members.subtracting(other.members)
        for (element, set) in children where !other.members.contains(element) {
            result.add(other.children[element].map { set.subtractingTrees($0) } ?? set, below: element)
        }
        return result
    }

    /// Every place, those at hand before those below, in the order of the steps.
    var paths: [[PathElement]] {
        var result: [[PathElement]] = []
        func visit(_ set: FieldSet, _ prefix: [PathElement]) {
            for element in set.members.sorted() { result.append(prefix + [element]) }
            for (element, child) in set.children.sorted(by: { $0.key < $1.key }) { visit(child, prefix + [element]) }
        }
        visit(self, [])
        return result
    }
}
