extension Shapes {
    /// Every place that an object mentions: leaves, elements of shared lists and entries of maps. Objects that the schema
    /// names are there to hold their members and are not counted.
    func fields(of value: JSONValue, _ shape: Shape) -> FieldSet {
        var set = FieldSet()
        let shape = settle(shape, value)
        guard !shape.isAtomic else { return set }
        switch (shape, value) {
        case (.list(let type, let keys), .array(let elements)):
            let index = index(elements, type, keys)
            let elementShape = self.shape(of: type)
            for (step, elements) in index.elements {
                set.insert(step)
                // An element that is there twice has one owner and no parts.
                guard elements.count == 1 else { continue }
                set.add(fields(of: elements[0], elementShape), below: step)
            }
        case (.message, .object(let members)), (.map, .object(let members)), (.deducedMap, .object(let members)):
            for (name, value) in members {
                let (member, isDeclared) = member(name, of: shape)
                let step = PathElement.field(name)
                let isBare = value == .null || value == .object([:])
                if isLeaf(value, member) || isBare || !isDeclared { set.insert(step) }
                set.add(fields(of: value, member), below: step)
            }
        default: break
        }
        return set
    }

    private func isLeaf(_ value: JSONValue, _ shape: Shape) -> Bool {
        let shape = settle(shape, value)
        if case .scalar = shape { return true }
        return shape.isAtomic
    }

    /// The set with the objects that the schema names added: who owns something of `spec` has a hold on `spec`.
    func withNamedFields(_ set: FieldSet, _ shape: Shape) -> FieldSet {
        var result = set
        for (step, below) in set.children {
            let inner: Shape
            switch step {
            case .field(let name):
                let (member, isDeclared) = member(name, of: settle(shape, nil))
                if isDeclared { result.insert(step) }
                inner = member
            case .key: inner = element(of: shape)
            default: inner = .opaque
            }
            result.add(withNamedFields(below, inner), below: step)
        }
        return result
    }

    /// A set as the schema of today has it: where parts of something with one owner were owned, the whole is.
    func reconciled(_ set: FieldSet, _ shape: Shape) -> FieldSet {
        if case .deduced = shape { return set }
        var result = FieldSet()
        for step in set.members { result.insert(step) }
        for (step, below) in set.children {
            let inner: Shape
            switch step {
            case .field(let name): inner = member(name, of: shape).shape
            default: inner = element(of: shape)
            }
            if inner.isAtomic {
                result.insert(step)
            } else {
                result.add(reconciled(below, inner), below: step)
            }
        }
        return result
    }
}
