import Kube

/// `--sort-by`: objects in the order of what an expression finds in them, those without it first.
struct SortOrder {
    private let path: JSONPath

    init(_ path: JSONPath) { self.path = path }

    /// Elements that compare equal stay in the order they came in.
    func sorted<Element>(_ elements: [Element], by object: (Element) -> JSONValue) throws -> [Element] {
        let keyed = elements.enumerated().map { (place: $0, key: path.values(in: object($1)).first, element: $1) }
        guard keyed.isEmpty || keyed.contains(where: { $0.key != nil }) else {
            throw Failure("couldn't find any field with path \"{\(path.source)}\" in the list of objects")
        }
        return keyed.sorted { a, b in
            switch (a.key, b.key) {
            case (nil, nil): a.place < b.place
            case (nil, _): true
            case (_, nil): false
            case (let left?, let right?):
                left.precedes(right) ? true : right.precedes(left) ? false : a.place < b.place
            }
        }.map(\.element)
    }
}
