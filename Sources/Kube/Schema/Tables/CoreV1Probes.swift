extension SchemaTable {
    /// k8s.io/api/core/v1. Checks of a container, and what runs at its start and end.
    static let coreV1Probes = """
        Probe | A check that is repeated while the container runs.
          1  handler                        ProbeHandler inline | What the check does.
          2  initialDelaySeconds            int32 | Seconds to wait after the start before the first check. Default 0.
          3  timeoutSeconds                 int32 | Seconds after which a check counts as failed. Default 1.
          4  periodSeconds                  int32 | Seconds from one check to the next. Default 10.
          5  successThreshold               int32 \
              | How many must pass in a row, after a failure, to count as passed. Default 1.
          6  failureThreshold               int32 | How many must fail in a row to count as failed. Default 3.
          7  terminationGracePeriodSeconds  *int64 | Seconds to end after a failed check, in place of what the pod says.
        ProbeHandler | What a check does. One of them is set.
          1  exec       *ExecAction      | Runs a program in the container; exit code 0 passes.
          2  httpGet    *HTTPGetAction   | Sends an HTTP request; a status from 200 to 399 passes.
          3  tcpSocket  *TCPSocketAction | Opens a TCP connection; being let in passes.
          4  grpc       *GRPCAction      | Calls the gRPC health service. Refused: not supported yet.
        Lifecycle | What happens around the life of a container.
          1  postStart   *LifecycleHandler       | Runs right after the start; if it fails the container is stopped.
          2  preStop     *LifecycleHandler       | Runs before the container is asked to end, within the grace period.
          3  stopSignal  *string enum=\(signals) | The signal that asks it to end. Default is the image's, or SIGTERM.
        LifecycleHandler | What is done at the start or the end. One of them is set.
          1  exec       *ExecAction      | Runs a program in the container.
          2  httpGet    *HTTPGetAction   | Sends an HTTP request.
          3  tcpSocket  *TCPSocketAction | Refused: it never had an effect.
          4  sleep      *SleepAction     | Waits.
        ExecAction | A program to run in the container.
          1  command  []string | The program and its arguments. No shell takes part. Exit code 0 is success.
        HTTPGetAction | An HTTP request.
          1  path         string                   | The path. Default is /.
          2  port         IntOrString required     | The port, or the name of a port of the container.
          3  host         string                   | Whom to connect to, from inside the pod. Default is the pod.
          4  scheme       string enum=HTTP,HTTPS   | HTTPS does not check certificates. Default HTTP.
          5  httpHeaders  []HTTPHeader             | Further header lines; a name may appear more than once.
          6  protocol     *string enum=HTTP1,HTTP2 | The version of HTTP to speak. Refused: HTTP2.
        HTTPHeader | A header line of an HTTP request.
          1  name   string required | The name.
          2  value  string required | The value.
        TCPSocketAction | A TCP connection.
          1  port  IntOrString required | The port, or the name of a port of the container.
          2  host  string               | Whom to connect to, from inside the pod. Default is the pod.
        GRPCAction | A call of the gRPC health service.
          1  port     int32 required | The port, 1 to 65535.
          2  service  *string | The service to ask about. Default is empty: the server as a whole.
          3  mode     *string enum=Plaintext,TLS \
              | Whether the connection is encrypted; certificates are not checked. Default Plaintext.
        SleepAction | A wait.
          1  seconds  int64 required | How long.
        """

    /// The values of `stopSignal`, as the API lists them.
    static let signals = """
        SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGPIPE,\
        SIGPOLL,SIGPROF,SIGPWR,SIGQUIT,SIGRTMAX,SIGRTMAX-1,SIGRTMAX-10,SIGRTMAX-11,SIGRTMAX-12,SIGRTMAX-13,\
        SIGRTMAX-14,SIGRTMAX-2,SIGRTMAX-3,SIGRTMAX-4,SIGRTMAX-5,SIGRTMAX-6,SIGRTMAX-7,SIGRTMAX-8,SIGRTMAX-9,\
        SIGRTMIN,SIGRTMIN+1,SIGRTMIN+10,SIGRTMIN+11,SIGRTMIN+12,SIGRTMIN+13,SIGRTMIN+14,SIGRTMIN+15,SIGRTMIN+2,\
        SIGRTMIN+3,SIGRTMIN+4,SIGRTMIN+5,SIGRTMIN+6,SIGRTMIN+7,SIGRTMIN+8,SIGRTMIN+9,SIGSEGV,SIGSTKFLT,SIGSTOP,\
        SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGVTALRM,SIGWINCH,SIGXCPU,SIGXFSZ
        """
}
