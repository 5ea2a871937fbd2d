import Foundation
import Kube
import Testing

@testable import Server

@Suite struct PodLogsTests {
    static func pod(_ containers: [String], initial: [String]? = nil) -> Pod {
        var spec = PodSpec(containers: containers.map { Container(name: $0) })
        spec.initContainers = initial?.map { Container(name: $0) }
        return Pod(metadata: ObjectMeta(name: "p", namespace: "n"), spec: spec)
    }

    @Test func `the only container needs no name`() throws {
        #expect(try PodLogs.container(nil, in: Self.pod(["a"])) == "a")
        #expect(try PodLogs.container(nil, in: Self.pod(["a"], initial: ["i"])) == "a")
        #expect(try PodLogs.container("i", in: Self.pod(["a"], initial: ["i"])) == "i")
    }

    @Test func `of several one must be named`() {
        #expect { try PodLogs.container(nil, in: Self.pod(["a", "b"])) } throws: {
            ($0 as? Status)?.message == "a container name must be specified for pod p, choose one of: [a b]"
        }
        #expect { try PodLogs.container(nil, in: Self.pod(["a", "b"], initial: ["i"])) } throws: {
            ($0 as? Status)?.message
                == "a container name must be specified for pod p, choose one of: [a b] or one of the init containers: [i]"
        }
        #expect { try PodLogs.container("x", in: Self.pod(["a"])) } throws: {
            ($0 as? Status)?.message == "container x is not valid for pod p"
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var state: String
        var lastState = "null"
        var previous = false
        var message: String?

        init(
            _ sentence: String, _ state: String, last: String = "null", previous: Bool = false, message: String? = nil
        ) {
            testDescription = sentence
            (self.state, lastState, self.previous, self.message) = (state, last, previous, message)
        }
    }

    static let ended = #"{"terminated":{"exitCode":0}}"#

    @Test(arguments: [
        Case("a running container has a log", #"{"running":{}}"#),
        Case("one that ended too", ended),
        Case(
            "one that waits to run again has that of its last run", #"{"waiting":{"reason":"CrashLoopBackOff"}}"#,
            last: ended),
        Case(
            "one that is being made has none", #"{"waiting":{"reason":"ContainerCreating"}}"#,
            message: "container \"c\" in pod \"p\" is waiting to start: ContainerCreating"),
        Case(
            "nor one whose image is missing", #"{"waiting":{"reason":"ImagePullBackOff"}}"#,
            message: "container \"c\" in pod \"p\" is waiting to start: trying and failing to pull image"),
        Case(
            "nor one whose image cannot be had", #"{"waiting":{"reason":"ErrImagePull"}}"#,
            message: "container \"c\" in pod \"p\" is waiting to start: image can't be pulled"),
        Case(
            "nothing said about its state", "{}",
            message: "container \"c\" in pod \"p\" is waiting to start - no logs yet"),
        Case(
            "no earlier run", #"{"running":{}}"#, previous: true,
            message: "previous terminated container \"c\" in pod \"p\" not found"),
        Case("an earlier run", #"{"running":{}}"#, last: ended, previous: true),
    ])
    func tells(_ row: Case) throws {
        var pod = Self.pod(["c"])
        let text = """
            {"containerStatuses":[{"name":"c","image":"i","imageID":"","ready":false,"restartCount":0,
            "state":\(row.state),"lastState":\(row.lastState)}]}
            """
        pod.status = try KubeJSON.decode(PodStatus.self, from: Array(text.utf8))
        #expect(PodLogs.refusal("c", previous: row.previous, in: pod)?.message == row.message)
    }

    @Test func `a container without a status is not available`() {
        #expect(
            PodLogs.refusal("c", previous: false, in: Self.pod(["c"]))?.message
                == "container \"c\" in pod \"p\" is not available")
    }
}

@Suite struct NamespaceRulesTests {
    @Test func `nothing is made where there is no namespace`() {
        let status = NamespaceRules.refusal(ofCreating: Job.type, name: "j", in: "x", found: nil)
        #expect(status?.code == 404)
        #expect(status?.message == "namespaces \"x\" not found")
    }

    @Test func `nothing is made in a namespace that ends`() {
        var namespace = Namespace(metadata: ObjectMeta(name: "x"))
        #expect(NamespaceRules.refusal(ofCreating: Job.type, name: "j", in: "x", found: namespace) == nil)
        namespace.metadata.deletionTimestamp = Timestamp(Date(timeIntervalSince1970: 0))
        let status = NamespaceRules.refusal(ofCreating: Job.type, name: "j", in: "x", found: namespace)
        #expect(status?.code == 403)
        #expect(
            status?.message
                == "jobs.batch \"j\" is forbidden: unable to create new content in namespace x because it is being "
                + "terminated")
    }

    @Test func `the default namespace stays`() {
        #expect(NamespaceRules.refusal(ofDeleting: Namespace.type, name: "other") == nil)
        #expect(NamespaceRules.refusal(ofDeleting: Job.type, name: "default") == nil)
        #expect(
            NamespaceRules.refusal(ofDeleting: Namespace.type, name: "default")?.message
                == "namespaces \"default\" is forbidden: this namespace may not be deleted")
    }
}

@Suite struct EncodedObjectsTests {
    @Test func `a version is encoded once, and memory is bounded`() throws {
        let encoded = EncodedObjects(limit: 64 * 1024)
        for number in 0..<5000 {
            var job = Job(
                metadata: ObjectMeta(name: "job-\(number)", namespace: "n"),
                spec: JobSpec(template: PodTemplateSpec(spec: PodSpec(containers: [Container(name: "c")]))))
            job.metadata.uid = "uid-\(number)"
            job.metadata.resourceVersion = "\(number)"
            let first = try encoded.json(of: job)
            // The same version with another content cannot be; if it were, the kept one would show.
            job.metadata.labels = ["x": "y"]
            #expect(try encoded.json(of: job) == first)
            #expect(encoded.bytes <= 64 * 1024)
        }
    }
}
