import Foundation

/// A complete kubeconfig: one cluster, one user, one context. Every value is either ours or was checked before, so quotes
/// are all the quoting it needs.
struct Kubeconfig: Sendable {
    let server: String
    let authority: String
    let user: String
    let namespace: String
    let certificate: String
    let key: String

    var text: String {
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: stint
          cluster:
            server: "\(server)"
            certificate-authority-data: \(base64(authority))
        users:
        - name: "\(user)"
          user:
            client-certificate-data: \(base64(certificate))
            client-key-data: \(base64(key))
        contexts:
        - name: "\(user)@stint"
          context:
            cluster: stint
            namespace: "\(namespace)"
            user: "\(user)"
        current-context: "\(user)@stint"
        preferences: {}

        """
    }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
