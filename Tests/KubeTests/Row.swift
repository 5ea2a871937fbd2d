import Foundation
import Testing

@testable import Kube

/// A sentence that is true, and the facts it is about.
struct Row<Input: Sendable, Expected: Sendable>: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: Input
    let expected: Expected

    init(_ sentence: String, _ input: Input, _ expected: Expected) {
        testDescription = sentence
        self.input = input
        self.expected = expected
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func json(_ text: String) throws -> JSONValue { try KubeJSON.parse(bytes(text)) }

let noon = Date(timeIntervalSince1970: 1_767_268_800)  // 2026-01-01T12:00:00Z

/// A manifest as the server sees it: decoded, defaulted, validated.
func admit<R: Strategic>(_ type: R.Type, _ yaml: String, namespace: String? = "default") throws -> (R, [String]) {
    var object = try ObjectDecoder.decode(type, from: bytes(yaml), contentType: .yaml).object
    let warnings = try object.admitForCreate(namespace: namespace, uid: "u-1", now: noon)
    return (object, warnings)
}

/// The message of the Status it throws.
func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let status as Status {
        return status.message
    } catch {
        return "\(error)"
    }
}

let helloJob = """
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: hello
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: busybox
            command: [echo, hello]
    """

let helloPod = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: hello
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: busybox:1.36
    """
