/// One of stint's additions: the annotation, where it has a meaning, and how its value is checked.
struct Addition: Sendable {
    /// What carries the annotations.
    enum Place: Sendable {
        case job, pod, cronJob
    }

    let key: String
    let places: [Place]
    /// The spec is that of the Job the annotation is on or in; nil for a pod of nobody.
    let check: @Sendable (String, JobSpec?) throws(AdditionError) -> Void

    static let prefix = "stint.dev/"

    static let all: [Addition] = [
        Addition(StintAnnotation.oomRetry, [.job]) { text throws(AdditionError) in _ = try OOMRetry(parsing: text) },
        Addition(StintAnnotation.startDeadline, [.job, .pod]) { text throws(AdditionError) in
            _ = try AdditionText.startDeadline(text)
        },
        Addition(StintAnnotation.backoff, [.job]) { text throws(AdditionError) in
            _ = try BackoffPolicy(parsing: text)
        },
        Addition(StintAnnotation.deadlineSignal, [.job, .pod]) { text throws(AdditionError) in
            _ = try DeadlineSignal(parsing: text)
        },
        Addition(StintAnnotation.ttl, [.job]) { text throws(AdditionError) in _ = try TTLByOutcome(parsing: text) },
        Addition(StintAnnotation.cronSpread, [.cronJob]) { text throws(AdditionError) in
            _ = try AdditionText.cronSpread(text)
        },
        Addition(StintAnnotation.cronCatchUp, [.cronJob]) { text throws(AdditionError) in
            _ = try CronCatchUp(parsing: text)
        },
        Addition(StintAnnotation.cronGroup, [.cronJob]) { text throws(AdditionError) in
            _ = try CronGroup(parsing: text)
        },
        Addition(key: StintAnnotation.completedBefore, places: [.job], check: checkCompletedBefore),
    ]

    static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    private init(
        key: String, places: [Place], check: @escaping @Sendable (String, JobSpec?) throws(AdditionError) -> Void
    ) {
        self.key = key
        self.places = places
        self.check = check
    }

    private init(
        _ key: String, _ places: [Place], _ parse: @escaping @Sendable (String) throws(AdditionError) -> Void
    ) {
        self.init(key: key, places: places) { text, _ throws(AdditionError) in try parse(text) }
    }

    /// The only one whose value depends on the spec. Blanks are not forgiven, for status and success policy know none.
    private static func checkCompletedBefore(_ text: String, _ spec: JobSpec?) throws(AdditionError) {
        guard let spec else { return }
        guard spec.isIndexed else { throw AdditionError("requires indexed completion mode") }
        do {
            _ = try IndexNotation.count(text, completions: spec.completions ?? Int(Int32.max))
        } catch {
            throw AdditionError("error parsing completed-before: \(error.words)")
        }
    }
}

/// The annotations at one place of an object, and what they are about.
struct AdditionSite: Equatable {
    var annotations: [String: String]?
    var place: Addition.Place
    var path: FieldPath
    var job: JobSpec?
    var pod: PodSpec?

    /// In order. Most objects have none.
    var stintKeys: [String] { (annotations ?? [:]).keys.filter { $0.hasPrefix(Addition.prefix) }.sorted() }
}

/// An object that additions may be on. The number of sites and their order are the same for all objects of a kind.
protocol AdditionCarrier {
    var additionSites: [AdditionSite] { get }
}

extension Pod: AdditionCarrier {
    var additionSites: [AdditionSite] {
        [AdditionSite(annotations: metadata.annotations, place: .pod, path: "metadata.annotations", pod: spec)]
    }
}

extension Job: AdditionCarrier {
    var additionSites: [AdditionSite] { spec.additionSites(metadata, "metadata", "spec") }
}

extension CronJob: AdditionCarrier {
    var additionSites: [AdditionSite] {
        [AdditionSite(annotations: metadata.annotations, place: .cronJob, path: "metadata.annotations")]
            + spec.jobTemplate.spec.additionSites(
                spec.jobTemplate.metadata, "spec.jobTemplate.metadata", "spec.jobTemplate.spec")
    }
}

extension JobSpec {
    fileprivate func additionSites(_ metadata: ObjectMeta?, _ path: FieldPath, _ spec: FieldPath) -> [AdditionSite] {
        [
            AdditionSite(
                annotations: metadata?.annotations, place: .job, path: path / "annotations", job: self,
                pod: template.spec),
            AdditionSite(
                annotations: template.metadata?.annotations, place: .pod,
                path: spec / "template" / "metadata" / "annotations", job: self, pod: template.spec),
        ]
    }
}
