import Kube

/// What upstream's admission plugins do to objects on their way in. It happens on the writer, so it is the same for what
/// clients make and for the pods of Jobs, and nothing can change between the look at a rule and the commit.
extension Batch {
    /// A new object as it may be made. Pods, in upstream's order: limit ranges fill in and check, then the class gives the
    /// priority. (Quotas count what comes out, in `count`.)
    func admit<R: Resource>(new object: R) throws -> R {
        switch R.self {
        case is Pod.Type:
            guard let pod = object as? Pod else { return object }
            return try admit(pod: pod) as? R ?? object
        case is PersistentVolumeClaim.Type, is PriorityClass.Type: try check(object, replacing: nil)
        default: break
        }
        return object
    }

    /// What else than a version can speak against a change.
    func check<R: Resource>(_ object: R, replacing old: R?) throws {
        if R.self == PersistentVolumeClaim.self, let claim = object as? PersistentVolumeClaim {
            // Whatever else the controllers write on a claim, its room was looked at before.
            if claim.spec.resources == (old as? PersistentVolumeClaim)?.spec.resources { return }
            for range in limits(in: claim.namespace) {
                try refuse(claim, LimitRange.message(range.problems(of: claim)))
            }
        } else if R.self == PriorityClass.self, let priorityClass = object as? PriorityClass {
            try refuse(priorityClass, priorityClass.refusal(among: objects(PriorityClass.self, in: nil)))
        }
    }

    private func admit(pod new: Pod) throws -> Pod {
        var pod = new
        let ranges = limits(in: pod.namespace)
        if !ranges.isEmpty {
            for range in ranges { range.complete(&pod) }
            for range in ranges { try refuse(pod, LimitRange.message(range.problems(of: pod))) }
            if pod != new {
                // Limits by default can be below what is requested.
                let errors = pod.spec.validateResources("spec")
                if !errors.isEmpty { throw StoreError.invalid(Pod.type, name: pod.name, errors) }
                if pod.status?.qosClass != nil { pod.status?.qosClass = pod.spec.qosClass }
            }
        }
        if shelves[ObjectIdentifier(PriorityClass.self)] != nil {
            let refusal = pod.spec.takePriority(from: objects(PriorityClass.self, in: nil))
            try refuse(pod, refusal)
        }
        return pod
    }

    private func refuse<R: Resource>(_ object: R, _ message: String?) throws {
        guard let message else { return }
        throw StoreError.refused(R.type, name: object.name, message)
    }

    private func limits(in namespace: String) -> [LimitRange] { objects(LimitRange.self, in: namespace) }
}
