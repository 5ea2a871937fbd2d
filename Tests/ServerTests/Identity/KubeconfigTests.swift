import Foundation
import Kube
import Testing

@testable import Server

@Suite struct KubeconfigTests {
    @Test func `a kubeconfig has everything in it`() {
        let text = Kubeconfig(
            server: "https://127.0.0.1:6443", authority: "A", user: "eve@example.com", namespace: "team-a",
            certificate: "B", key: "C"
        ).text
        #expect(
            text == """
                apiVersion: v1
                kind: Config
                clusters:
                - name: stint
                  cluster:
                    server: "https://127.0.0.1:6443"
                    certificate-authority-data: QQ==
                users:
                - name: "eve@example.com"
                  user:
                    client-certificate-data: Qg==
                    client-key-data: Qw==
                contexts:
                - name: "eve@example.com@stint"
                  context:
                    cluster: stint
                    namespace: "team-a"
                    user: "eve@example.com"
                current-context: "eve@example.com@stint"
                preferences: {}

                """)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let request: KubeconfigRequest
        let message: String?
        var testDescription: String { "\(request)" }
    }

    private static let words =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
        + "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

    static let rows: [Row] = [
        Row(request: KubeconfigRequest(), message: nil),
        Row(request: KubeconfigRequest(namespace: "team-a"), message: nil),
        Row(
            request: KubeconfigRequest(user: "eve", namespace: "team-a", readOnly: true, expirationSeconds: 600),
            message: nil),
        Row(request: KubeconfigRequest(user: "eve.x@example.com", namespace: "team-a"), message: nil),
        Row(
            request: KubeconfigRequest(user: "eve"), message: "namespace: Required value: a user lives in one namespace"
        ),
        Row(
            request: KubeconfigRequest(user: "system:admin", namespace: "a"),
            message: #"user: Invalid value: "system:admin": names that start with "system:" are the system's"#),
        Row(
            request: KubeconfigRequest(user: "a@b@c", namespace: "a"),
            message: #"user: Invalid value: "a@b@c": has more than one '@'"#),
        Row(
            request: KubeconfigRequest(user: "Eve\n", namespace: "a"),
            message: #"user: Invalid value: "Eve\n": \#(words)"#),
        Row(
            request: KubeconfigRequest(user: "@", namespace: "a"), message: #"user: Invalid value: "@": \#(words)"#),
        Row(
            request: KubeconfigRequest(readOnly: true),
            message: "readOnly: Forbidden: the administrator may do everything; name a user and a namespace"),
        Row(
            request: KubeconfigRequest(user: "eve", namespace: "a", expirationSeconds: 599),
            message:
                "expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)"),
        Row(
            request: KubeconfigRequest(expirationSeconds: .max),
            message: "expirationSeconds: Invalid value: 9223372036854775807: may not be more than 315360000"),
    ]

    @Test(arguments: rows) func `a request is checked before anything is signed`(_ row: Row) {
        do {
            try row.request.validate()
            #expect(row.message == nil)
        } catch {
            #expect(error.code == 400)
            #expect(error.message == row.message)
        }
    }
}
