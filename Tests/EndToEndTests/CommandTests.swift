import Foundation
import TestSupport
import Testing

/// What someone at a terminal reads and what a script gets as exit code: the real `stint`, the real daemon.
@Suite(.serialized, .enabled(if: Project.whyNoContainers == nil, Comment(rawValue: Project.whyNoContainers ?? "")))
struct CommandTests {
    /// A command, and all that it prints on standard error; `{dir}` stands for the scratch directory.
    struct Row: Sendable, CustomTestStringConvertible {
        let sentence: String
        let command: [String]
        var input: String?
        let errors: String
        var exitCode: Int32 = 1

        init(_ sentence: String, _ command: String, input: String? = nil, _ errors: String, exitCode: Int32 = 1) {
            self.sentence = sentence
            self.command = command.split(separator: " ").map { $0 == "''" ? "" : String($0) }
            self.input = input
            self.errors = errors
            self.exitCode = exitCode
        }

        var testDescription: String { sentence }
    }

    private static let refused: [Row] = [
        Row("a kind that is none", "get foos", "error: the server doesn't have a resource type \"foos\"\n"),
        Row("a Job that is not there", "get job nope", "Error from server (NotFound): jobs.batch \"nope\" not found\n"),
        Row(
            "several at once, each with its line", "get job/nope pod/nope",
            """
            Error from server (NotFound): jobs.batch "nope" not found
            Error from server (NotFound): pods "nope" not found

            """),
        Row("an empty list", "get jobs", "No resources found in default namespace.\n", exitCode: 0),
        Row("an empty list in all namespaces", "get jobs -A", "No resources found\n", exitCode: 0),
        Row(
            "an unset variable as namespace", "get jobs -n ''", "No resources found in default namespace.\n",
            exitCode: 0),
        Row(
            "nothing to get", "get",
            """
            You must specify the type of resource to get. Use "stint api-resources" for a complete list of supported resources.

            error: Required resource not specified.
            Use "stint explain <resource>" for a detailed description of that resource (e.g. stint explain pods).
            See 'stint get -h' for help and examples

            """),
        Row(
            "a verb with a slip", "gett jobs",
            """
            error: unknown command "gett" for "stint"

            Did you mean this?
            \tget
            Run 'stint --help' for usage.

            """),
        Row(
            "an option with a slip", "get jobs --watsh",
            """
            error: unknown option '--watsh'. Did you mean '--watch'?
            See 'stint get --help' for usage.

            """),
        Row(
            "a field that cannot be selected by", "get jobs --field-selector foo=bar",
            "Error from server (BadRequest): field label not supported: foo\n"),
        Row(
            "a template that stops short", "get jobs -o jsonpath={.items",
            "error: error parsing jsonpath {.items, unclosed action\n"),
        Row("a file that is not there", "apply -f nofile.yaml", "error: the path \"nofile.yaml\" does not exist\n"),
        Row(
            "YAML that is none", "apply -f -", input: "a: [1\nb: 2",
            "error: error parsing STDIN: error converting YAML to JSON: yaml: line 2: did not find expected ',' or ']'\n"
        ),
        Row(
            "YAML that is no object of ours", "apply -f -", input: "a: b\n",
            "error: error validating \"STDIN\": error validating data: [apiVersion not set, kind not set]\n"),
        Row("nothing at all", "apply -f -", input: "", "error: no objects passed to apply\n"),
        Row(
            "a field with a slip", "apply -f -", input: manifest("slip", script: "true", spec: ["paralelism: 1"]),
            "Error from server (BadRequest): error when creating \"STDIN\": Job in version \"v1\" cannot be handled as a "
                + "Job: strict decoding error: unknown field \"spec.paralelism\"\n"),
        Row(
            "everything that is wrong at once", "apply -f -",
            input: manifest("wrong", script: "true", spec: ["backoffLimit: -1"], pod: ["restartPolicy: Always"]),
            """
            The Job "wrong" is invalid: 
            * spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0
            * spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"

            """),
        Row("a pod without a log", "logs nope", "Error from server (NotFound): pods \"nope\" not found\n"),
        Row(
            "a Job to delete that is not there", "delete job nope",
            "Error from server (NotFound): jobs.batch \"nope\" not found\n"),
        Row(
            "a kind to delete without a name", "delete job",
            "error: resource(s) were provided, but no name was specified\n"),
        Row(
            "a wait for what is not there", "wait --for=condition=Complete job/nope",
            "Error from server (NotFound): jobs.batch \"nope\" not found\n"),
        Row(
            "an image that is not here", "image inspect nope",
            "Error from server (NotFound): images.stint.dev \"nope\" not found\n"),
        Row(
            "an image file that is not there", "image import nofile.tar",
            "error: the path \"nofile.tar\" does not exist\n"),
        Row(
            "a directory that is no image", "image import /proc/self",
            "error: /proc/self is no image: it has neither oci-layout nor manifest.json\n"),
        Row(
            "the ledger of a Job that never was", "history job/nope",
            "No attempts recorded for job/nope in default namespace.\n", exitCode: 0),
    ]

    @Test(.notInTheGuest) func `what is refused is said in these words`() async throws {
        try await DaemonFixture.run { daemon in
            for row in Self.refused {
                let result = try await daemon.perform(row.command, input: row.input)
                #expect(result.errors == row.errors, "\(row.sentence)")
                #expect(result.exitCode == row.exitCode, "\(row.sentence)")
                #expect(result.output == "", "\(row.sentence)")
            }
        }
    }

    @Test(.notInTheGuest) func `without a daemon every verb says how to get one`() async throws {
        try await Scope.run { scope in
            let socket = "\(scope.directory)/none.sock"
            let words =
                "error: no daemon answers on \(socket): start it with 'stintd' as root, or name its socket with "
                + "--socket or STINT_SOCKET\n"
            for (command, code) in [
                (["get", "jobs"], 1), (["create", "job", "x", "--image", "y"], 1), (["logs", "x"], 1),
                (["wait", "--for=delete", "pod/x"], 1), (["delete", "pod", "x"], 1), (["image", "ls"], 1),
                (["history"], 1),
                (["run", "--image", "busybox", "--", "true"], 125),
            ] {
                let result = try await runCommand(
                    [Project.program("stint"), "--socket", socket] + command, in: scope)
                #expect(result.errors == words, "\(command)")
                #expect(result.exitCode == Int32(code), "\(command)")
            }
        }
    }

    @Test func `run exits as the program did, and says why when it failed`() async throws {
        try await DaemonFixture.run { daemon in
            func run(_ arguments: String...) async throws -> CommandResult {
                try await daemon.perform(["run", "--image", "busybox", "--name", "r"] + arguments)
            }
            let well = try await run("--", "echo", "hello")
            #expect((well.output, well.errors, well.exitCode) == ("hello\n", "", 0))
            let ill = try await run("--", "sh", "-c", "echo out; exit 3")
            #expect((ill.output, ill.errors, ill.exitCode) == ("out\n", "stint: job/r failed: exit code 3\n", 3))
            let missing = try await run("--", "nosuch")
            #expect(
                missing.errors
                    == "stint: job/r failed: StartError: exec: \"nosuch\": executable file not found in $PATH\n")
            #expect(missing.exitCode == 127)
            let hungry = try await run(
                "--memory", "16Mi", "--", "sh", "-c", "x=$(head -c 100000000 /dev/zero | tr '\\0' a); echo $x | wc -c")
            #expect(hungry.errors == "stint: job/r was killed: it used more than its 16Mi of memory (OOMKilled)\n")
            #expect(hungry.exitCode == 137)
            // Time enough for the program to have begun, which takes seconds in the guest.
            let limit = Project.slowness > 1 ? "10s" : "1s"
            let slow = try await run(
                "--deadline", limit, "--", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done")
            #expect(slow.errors == "stint: job/r was killed: still running after \(limit) (DeadlineExceeded)\n")
            #expect(slow.exitCode == 124)
            #expect(try await daemon.stint("get", "jobs,pods").errors == "No resources found in default namespace.\n")

            let columns = "custom-columns=REASON:.reason,LIMIT:.limit"
            let ledger = try await daemon.stint("history", "job/r", "--all", "-o", columns).lines.dropFirst().map {
                $0.split(separator: " ").map(String.init)
            }
            #expect(ledger.prefix(4).map { $0[0] } == ["Completed", "Error", "StartError", "OOMKilled"])
            #expect(ledger[3].last == "memory")
        }
    }

    @Test func `a wait that takes too long says so, and a Job that is done is met`() async throws {
        try await DaemonFixture.run { daemon in
            try await daemon.stint("create", "job", "long", "--image=busybox", "--", "sleep", "60")
            let late = try await daemon.tryStint("wait", "--for=condition=complete", "job/long", "--timeout=1s")
            #expect(late.errors == "error: timed out waiting for the condition on jobs/long\n")
            #expect(late.exitCode == 1)
            let gone = try await daemon.stint(
                "delete", "job", "long", "--cascade=true", "--grace-period=1", "--timeout=30s")
            #expect(gone.output == "job.batch \"long\" deleted from default namespace\n")
            #expect(
                gone.errors == "warning: --cascade=true is deprecated (boolean value) and can be replaced with "
                    + "--cascade=background.\n")

            try await daemon.stint("create", "job", "short", "--image=busybox", "--", "seq", "3")
            let met = try await daemon.stint("wait", "--for=condition=complete", "job/short", "--timeout=30s")
            #expect(met.output == "job.batch/short condition met\n")
            #expect(try await daemon.stint("logs", "job/short", "--tail=0").output == "")
            #expect(try await daemon.stint("logs", "job/short", "--tail=2").output == "2\n3\n")
            let previous = try await daemon.tryStint("logs", "job/short", "--previous")
            #expect(
                previous.errors.hasPrefix(
                    "Error from server (BadRequest): previous terminated container \"short\" in pod "))
            let orphaning = try await daemon.stint("delete", "job", "short", "--cascade=orphan")
            #expect(orphaning.output == "job.batch \"short\" deleted from default namespace\n")
            #expect(try await daemon.list("pods", selector: "job-name=short").count == 1)
        }
    }

    @Test func `images come as a file, as a pipe and as a directory, under the name they are given`() async throws {
        try await DaemonFixture.run { daemon in
            let directory = "\(daemon.scope.directory)/unpacked"
            try await runCommand(["mkdir", directory], in: daemon.scope)
            try await runCommand(["tar", "-xf", Project.busyboxArchive, "-C", directory], in: daemon.scope)
            for (name, shown, source) in [
                ("alpine", "docker.io/library/alpine:latest", Project.busyboxArchive),
                ("python:3.9", "docker.io/library/python:3.9", directory),
            ] {
                let imported = try await daemon.stint("image", "import", source, "--name", name)
                #expect(imported.output.hasPrefix("imported \(shown) (") && imported.lines.count == 1)
            }
            let cut = "\(daemon.scope.directory)/cut.tar"
            try await runCommand(["sh", "-c", "head -c 100000 \(Project.busyboxArchive) > \(cut)"], in: daemon.scope)
            let refused = try await daemon.tryStint("image", "import", cut, "--name", "cut")
            #expect(
                refused.errors
                    == "Error from server (BadRequest): the archive is not a sound tar: it ends in the middle of a member\n"
            )
            #expect(refused.exitCode == 1)
            let ran = try await daemon.perform(["run", "--image", "python:3.9", "--", "echo", "from a directory"])
            #expect(ran.output == "from a directory\n")
        }
    }
}

extension DaemonFixture {
    /// Runs `stint` with words made elsewhere, whatever comes of it.
    fileprivate func perform(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
        try await runCommand(
            [Project.program("stint")] + arguments, environment: ["STINT_SOCKET": "\(scope.directory)/run/stint.sock"],
            input: input, in: scope)
    }
}
