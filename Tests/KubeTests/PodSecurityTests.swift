import Kube
import Testing

@Suite struct PodSecurityTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spec: String
        var annotations: [String: String] = [:]
        /// What is said behind the level; nil when nothing is.
        let violations: String?

        init(_ description: String, _ spec: String, annotations: [String: String] = [:], _ violations: String?) {
            testDescription = description
            self.spec = spec
            self.annotations = annotations
            self.violations = violations
        }
    }

    static let allowed: [Row] = [
        Row("a plain pod", #""containers":[{"name":"c","image":"i"}]"#, nil),
        Row(
            "host namespaces that are off", #""hostNetwork":false,"hostPID":false,"hostIPC":false,"containers":[]"#, nil
        ),
        Row(
            "capabilities everybody has, and dropping any",
            #""containers":[{"name":"c","securityContext":{"capabilities":{"add":["CHOWN","NET_BIND_SERVICE"],"drop":["ALL"]}}}]"#,
            nil),
        Row(
            "profiles that confine",
            #""securityContext":{"seccompProfile":{"type":"RuntimeDefault"},"appArmorProfile":{"type":"Localhost"}},"containers":[{"name":"c","securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"x"},"privileged":false,"procMount":"Default"}}]"#,
            nil),
        Row(
            "a sysctl of the pod's own",
            #""securityContext":{"sysctls":[{"name":"net.ipv4.tcp_syncookies","value":"1"}]}"#, nil),
        Row(
            "all of /proc for users of the pod's own",
            #""hostUsers":false,"containers":[{"name":"c","securityContext":{"procMount":"Unmasked"}}]"#, nil),
        Row("volumes that are the pod's", #""volumes":[{"name":"a","emptyDir":{}},{"name":"b","hostPath":null}]"#, nil),
        Row(
            "a port that is not the host's",
            #""containers":[{"name":"c","ports":[{"containerPort":80},{"containerPort":81,"hostPort":0}]}]"#, nil),
        Row(
            "a user that is root in the pod",
            #""securityContext":{"runAsUser":0},"containers":[{"name":"c","securityContext":{"runAsUser":0,"allowPrivilegeEscalation":true}}]"#,
            nil),
        Row(
            "an annotation that confines", "",
            annotations: ["container.apparmor.security.beta.kubernetes.io/c": "localhost/x"], nil),
    ]

    static let refused: [Row] = [
        Row("the host's network", #""hostNetwork":true"#, "host namespaces (hostNetwork=true)"),
        Row(
            "all of the host", #""hostNetwork":true,"hostPID":true,"hostIPC":true"#,
            "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)"),
        Row(
            "privilege, and the host's network",
            #""hostNetwork":true,"containers":[{"name":"c","securityContext":{"privileged":true}}]"#,
            #"host namespaces (hostNetwork=true), privileged (container "c" must not set securityContext.privileged=true)"#
        ),
        Row(
            "privilege of several, among them one that only begins",
            #""initContainers":[{"name":"i","securityContext":{"privileged":true}}],"containers":[{"name":"c","securityContext":{"privileged":true}}]"#,
            #"privileged (containers "i", "c" must not set securityContext.privileged=true)"#),
        Row(
            "privilege of a container that is added later",
            #""ephemeralContainers":[{"name":"e","securityContext":{"privileged":true}}]"#,
            #"privileged (container "e" must not set securityContext.privileged=true)"#),
        Row(
            "capabilities beyond those everybody has, in any spelling",
            #""containers":[{"name":"a","securityContext":{"capabilities":{"add":["SYS_ADMIN","CAP_CHOWN","chown","ALL","CHOWN"]}}}]"#,
            #"non-default capabilities (container "a" must not include "ALL", "CAP_CHOWN", "SYS_ADMIN", "chown" in securityContext.capabilities.add)"#
        ),
        Row(
            "directories of the host",
            #""volumes":[{"name":"a","hostPath":{"path":"/"}},{"name":"b","emptyDir":{}},{"name":"c","hostPath":{}}]"#,
            #"hostPath volumes (volumes "a", "c")"#),
        Row(
            "a port of the host", #""containers":[{"name":"c","ports":[{"containerPort":80,"hostPort":80}]}]"#,
            #"hostPort (container "c" uses hostPort 80)"#),
        Row(
            "ports of the host",
            #""containers":[{"name":"c","ports":[{"containerPort":80,"hostPort":80}]},{"name":"d","ports":[{"containerPort":1,"hostPort":443}]}]"#,
            #"hostPort (containers "c", "d" use hostPorts 443, 80)"#),
        Row(
            "all of /proc", #""containers":[{"name":"c","securityContext":{"procMount":"Unmasked"}}]"#,
            #"procMount (container "c" must not set securityContext.procMount to "Unmasked")"#),
        Row(
            "no filter of system calls",
            #""securityContext":{"seccompProfile":{"type":"Unconfined"}},"containers":[{"name":"c","securityContext":{"seccompProfile":{"type":"Unconfined"}}}]"#,
            #"seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")"#),
        Row(
            "no AppArmor", #""securityContext":{"appArmorProfile":{"type":"Unconfined"}}"#,
            #"forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")"#),
        Row(
            "no AppArmor, as it was asked for once", "",
            annotations: ["container.apparmor.security.beta.kubernetes.io/c": "unconfined"],
            #"forbidden AppArmor profile (annotation must not set AppArmor profile type to container.apparmor.security.beta.kubernetes.io/c="unconfined")"#
        ),
        Row(
            "SELinux labels",
            #""containers":[{"name":"c","securityContext":{"seLinuxOptions":{"type":"spc_t","user":"u"}}}]"#,
            #"seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)"#
        ),
        Row(
            "sysctls of the host", #""securityContext":{"sysctls":[{"name":"kernel.core_pattern","value":"|x"}]}"#,
            "forbidden sysctls (kernel.core_pattern)"),
        Row(
            "the host process of Windows", #""securityContext":{"windowsOptions":{"hostProcess":true}}"#,
            "hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)"),
        Row(
            "a probe of somebody else",
            #""containers":[{"name":"c","livenessProbe":{"httpGet":{"host":"169.254.169.254"}}}]"#,
            #"probe or lifecycle host (container "c" must not set probe or lifecycle host to "169.254.169.254")"#),
    ]

    @Test(arguments: allowed + refused)
    func `the baseline allows a pod, or says what is wrong with it`(_ row: Row) throws {
        let spec = try KubeJSON.parse("{\(row.spec)}".utf8)
        let message = PodSecurity.message(PodSecurity.baselineViolations(spec: spec, annotations: row.annotations))
        #expect(message == row.violations.map { "violates PodSecurity \"baseline:latest\": \($0)" })
    }
}
