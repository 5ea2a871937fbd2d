import Synchronization

/// Counts the requests that were answered, for `/metrics`. One for the whole server.
final class RequestCounters: Sendable {
    /// What requests are told apart by. Names of objects and namespaces are not among it: their number has no bound.
    struct Kind: Hashable, Comparable, Sendable {
        /// `GET`, `LIST`, `WATCH`, …; the method for what is no resource.
        var verb: String
        var group = ""
        var version = ""
        /// Empty for what is no resource.
        var resource = ""
        var subresource = ""

        static func < (a: Kind, b: Kind) -> Bool {
            (a.group, a.version, a.resource, a.subresource, a.verb)
                < (b.group, b.version, b.resource, b.subresource, b.verb)
        }
    }

    /// Upper ends of the classes of durations, in seconds: upstream's, thinned out.
    static let buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    struct Durations: Sendable {
        var counts = [Int](repeating: 0, count: RequestCounters.buckets.count + 1)
        var sum = 0.0
    }

    struct Counts: Sendable {
        var answers: [Kind: [Int: Int]] = [:]
        var durations: [Kind: Durations] = [:]
    }

    private let counts = Mutex(Counts())

    /// - Parameter seconds: until the answer's head was ready; what streams after it is not in it.
    func count(_ kind: Kind, code: Int, seconds: Double) {
        counts.withLock { counts in
            counts.answers[kind, default: [:]][code, default: 0] += 1
            let place = Self.buckets.firstIndex { seconds <= $0 } ?? Self.buckets.count
            counts.durations[kind, default: Durations()].counts[place] += 1
            counts.durations[kind]?.sum += seconds
        }
    }

    var snapshot: Counts { counts.withLock { $0 } }
}

extension RequestCounters.Counts {
    func write(to page: inout PrometheusText) {
        page.family("apiserver_request_total", .counter, "Requests answered, by verb, resource and HTTP status code.")
        for (kind, codes) in answers.sorted(by: { $0.key < $1.key }) {
            for (code, count) in codes.sorted(by: { $0.key < $1.key }) {
                page.sample(
                    "apiserver_request_total",
                    [
                        "code": "\(code)", "group": kind.group, "resource": kind.resource,
                        "subresource": kind.subresource, "verb": kind.verb, "version": kind.version,
                    ], count)
            }
        }
        page.family(
            "apiserver_request_duration_seconds", .histogram,
            "Time from a request's head to its answer's head, in seconds.")
        for (kind, durations) in durations.sorted(by: { $0.key < $1.key }) {
            var total = 0
            func labels(_ limit: String) -> KeyValuePairs<String, String> {
                [
                    "group": kind.group, "resource": kind.resource, "subresource": kind.subresource, "verb": kind.verb,
                    "version": kind.version, "le": limit,
                ]
            }
            for (index, count) in durations.counts.enumerated() {
                total += count
                let limit = index < RequestCounters.buckets.count ? "\(RequestCounters.buckets[index])" : "+Inf"
                page.sample("apiserver_request_duration_seconds_bucket", labels(limit), total)
            }
            let rest: KeyValuePairs = [
                "group": kind.group, "resource": kind.resource, "subresource": kind.subresource, "verb": kind.verb,
                "version": kind.version,
            ]
            page.sample("apiserver_request_duration_seconds_sum", rest, durations.sum)
            page.sample("apiserver_request_duration_seconds_count", rest, total)
        }
    }
}
