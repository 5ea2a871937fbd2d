import Testing

@testable import Kube

/// What may be written of checks and hooks.
@Suite struct ProbeTests {
    private static let exec = #""exec":{"command":["true"]}"#

    @Test(arguments: [
        Row(
            "a check of nothing", #"{"livenessProbe":{}}"#,
            "spec.containers[0].livenessProbe: Required value: must specify a handler type"),
        Row(
            "a check of two kinds", #"{"readinessProbe":{\#(exec),"tcpSocket":{"port":80}}}"#,
            "spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"),
        Row(
            "a command without words", #"{"readinessProbe":{"exec":{}}}"#,
            "spec.containers[0].readinessProbe.exec.command: Required value"),
        Row(
            "a port out of range", #"{"livenessProbe":{"tcpSocket":{"port":65536}}}"#,
            "spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 65536: must be between 1 and 65535, inclusive"
        ),
        Row(
            "a port's name without a letter", #"{"startupProbe":{"httpGet":{"port":"8080"}}}"#,
            "spec.containers[0].startupProbe.httpGet.port: Invalid value: \"8080\": must contain at least one letter (a-z)"
        ),
        Row(
            "an unknown scheme", #"{"livenessProbe":{"httpGet":{"port":80,"scheme":"FTP"}}}"#,
            "spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", \"HTTPS\""
        ),
        Row(
            "two successes to live", #"{"livenessProbe":{\#(exec),"successThreshold":2}}"#,
            "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"),
        Row(
            "two successes to start", #"{"startupProbe":{\#(exec),"successThreshold":2}}"#,
            "spec.containers[0].startupProbe.successThreshold: Invalid value: 2: must be 1"),
        Row(
            "negative times", #"{"readinessProbe":{\#(exec),"initialDelaySeconds":-1,"periodSeconds":-2}}"#,
            "[spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0, "
                + "spec.containers[0].readinessProbe.periodSeconds: Invalid value: -2: must be greater than or equal to 0]"
        ),
        Row(
            "no time to end", #"{"livenessProbe":{\#(exec),"terminationGracePeriodSeconds":0}}"#,
            "spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"),
        Row(
            "a time to end for what ends nothing", #"{"readinessProbe":{\#(exec),"terminationGracePeriodSeconds":5}}"#,
            "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for "
                + "readinessProbes"),
        Row(
            "gRPC", #"{"livenessProbe":{"grpc":{"port":80}}}"#,
            "spec.containers[0].livenessProbe.grpc: Forbidden: not supported by stint yet"),
        Row(
            "HTTP/2", #"{"livenessProbe":{"httpGet":{"port":80,"protocol":"HTTP2"}}}"#,
            "spec.containers[0].livenessProbe.httpGet.protocol: Forbidden: only HTTP1 is supported"),
        Row(
            "a hook of nothing", #"{"lifecycle":{"postStart":{}}}"#,
            "spec.containers[0].lifecycle.postStart: Required value: must specify a handler type"),
        Row(
            "a hook that connects", #"{"lifecycle":{"preStop":{"tcpSocket":{"port":80}}}}"#,
            "spec.containers[0].lifecycle.preStop.tcpSocket: Forbidden: it has no effect, and a hook of this kind fails"
        ),
        Row(
            "a hook that sleeps too long", #"{"lifecycle":{"preStop":{"sleep":{"seconds":31}}}}"#,
            "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than "
                + "terminationGracePeriodSeconds (30)"),
        Row(
            "a signal without a system", #"{"lifecycle":{"stopSignal":"SIGUSR1"}}"#,
            "spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`"
        ),
    ])
    func refuses(_ row: Row<String, String>) {
        #expect(
            refusal { _ = try PodTests.pod("{}", container: row.input) }
                == "Pod \"hello\" is invalid: \(row.expected)")
    }

    @Test(arguments: [
        #"{"livenessProbe":{\#(exec),"terminationGracePeriodSeconds":1}}"#,
        #"{"readinessProbe":{\#(exec),"successThreshold":5}}"#,
        #"{"startupProbe":{"httpGet":{"port":"web","httpHeaders":[{"name":"X-A","value":""}]}}}"#,
        #"{"lifecycle":{"postStart":{"sleep":{"seconds":0}},"preStop":{"httpGet":{"port":80}}}}"#,
    ])
    func `what upstream takes is taken`(_ container: String) throws {
        #expect(try PodTests.pod("{}", container: container).1 == [])
    }

    @Test func `a signal of Linux may be asked for`() throws {
        let (pod, _) = try PodTests.pod(
            #"{"os":{"name":"linux"}}"#, container: #"{"lifecycle":{"stopSignal":"SIGRTMIN+3"}}"#)
        #expect(pod.spec.containers[0].lifecycle?.stopSignal == "SIGRTMIN+3")
        let message = refusal {
            _ = try PodTests.pod(#"{"os":{"name":"linux"}}"#, container: #"{"lifecycle":{"stopSignal":"USR1"}}"#)
        }
        #expect(message?.contains("lifecycle.stopSignal: Unsupported value: \"USR1\"") == true)
    }

    @Test func `what the author left out is filled in`() throws {
        let (pod, _) = try PodTests.pod("{}", container: #"{"livenessProbe":{"httpGet":{"port":80}}}"#)
        let probe = try #require(pod.spec.containers[0].livenessProbe)
        #expect(probe.timeoutSeconds == 1 && probe.periodSeconds == 10)
        #expect(probe.successThreshold == 1 && probe.failureThreshold == 3)
        #expect(probe.httpGet?.path == "/" && probe.httpGet?.scheme == "HTTP")
    }

    @Test(
        arguments: [
            ("", #"{\#(exec)}"#), (#","restartPolicy":"Always""#, nil),
        ] as [(String, String?)])
    func `only a sidecar among the init containers has checks and hooks`(_ policy: String, _ refused: String?) {
        let message = refusal {
            _ = try PodTests.pod(
                #"{"initContainers":[{"name":"a","image":"b","livenessProbe":{\#(Self.exec)},"lifecycle":{"preStop":{\#(Self.exec)}}\#(policy)}]}"#
            )
        }
        let words = "Forbidden: may not be set for init containers without restartPolicy=Always"
        let expected =
            "Pod \"hello\" is invalid: [spec.initContainers[0].lifecycle: \(words), spec.initContainers[0].livenessProbe: \(words)]"
        #expect(message == (refused == nil ? nil : expected))
    }
}
