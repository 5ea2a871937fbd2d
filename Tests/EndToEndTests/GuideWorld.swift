import Foundation
import TestSupport

/// What the guide's commands find when they begin: the images under the names it uses, and the objects it presumes.
enum GuideWorld {
    static func prepare(_ daemon: DaemonFixture) async throws {
        for (name, archive) in [
            ("python:3.9", Project.pythonArchive), ("mysql:8.0", Project.pythonArchive),
            ("alpine", Project.busyboxArchive), ("sync-image", Project.busyboxArchive),
        ] {
            try await daemon.stint("image", "import", archive, "--name", name)
        }
        try await daemon.apply(namespaces)
        try await daemon.apply(manifest("elsewhere", script: "echo elsewhere"), namespace: "my-namespace")
        try await daemon.apply(backupJob(seconds: 1), namespace: "production")
        for name in ["backup-cronjob", "daily-backup", "data-process"] { try await daemon.apply(cronJob(name)) }
    }

    private static let namespaces = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: my-namespace}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: production}
        """

    /// The backup Job, whose sleep is as long as a test needs it.
    static func backupJob(seconds: Int) -> String {
        backupJob("echo 'Starting backup...' && sleep \(seconds) && echo 'Backup completed!'", backoffLimit: 3)
    }

    /// The same that fails after a moment, and at once for good.
    static let failingBackupJob = backupJob("echo 'Starting backup...' && sleep 3 && exit 1", backoffLimit: 0)

    private static func backupJob(_ script: String, backoffLimit: Int) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: backup-job
          labels:
            app: backup
        spec:
          completions: 1
          parallelism: 1
          backoffLimit: \(backoffLimit)
          activeDeadlineSeconds: 300
          template:
            metadata:
              labels:
                app: backup
            spec:
              restartPolicy: Never
              containers:
              - name: backup-container
                image: alpine:latest
                command: ["/bin/sh"]
                args: ["-c", "\(script)"]
        """
    }

    /// Runs at three in the morning, which no test sees: what is made of it is made by hand.
    private static func cronJob(_ name: String) -> String {
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: \(name)
        spec:
          schedule: "0 3 * * *"
          jobTemplate:
            metadata:
              labels: {made-of: \(name)}
              annotations: {example.com/owner: nobody}
            spec:
              backoffLimit: 2
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                  - name: main
                    image: busybox
                    command: ["sh", "-c", "echo the work of \(name)"]
        """
    }

    /// Five pieces, two at a time; without `completionMode: Indexed` none of them has an index.
    static let dataProcessing = """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: data-processing
        spec:
          completions: 5
          parallelism: 2
          backoffLimit: 2
          template:
            spec:
              restartPolicy: Never
              containers:
              - name: processor
                image: python:3.9
                env:
                - name: JOB_COMPLETION_INDEX
                  valueFrom:
                    fieldRef:
                      fieldPath: metadata.annotations['batch.kubernetes.io/job-completion-index']
                command: ["python"]
                args:
                - -c
                - |
                  import os
                  index = os.getenv('JOB_COMPLETION_INDEX', '0')
                  print(f"Processing data chunk {index}")
                  import time
                  time.sleep(1)
                  print(f"Chunk {index} processed successfully")
        """

    static let autoCleanup = """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: auto-cleanup-job
        spec:
          ttlSecondsAfterFinished: 3600
          completions: 1
          template:
            spec:
              restartPolicy: Never
              containers:
              - name: worker
                image: alpine
                command: ["echo", "Job with auto cleanup"]
        """

    /// It stays until it is killed: a suspended pod has one second to leave.
    static let longRunning = manifest(
        "long-running-job", script: "while :; do sleep 0.1; done",
        pod: ["restartPolicy: Never", "terminationGracePeriodSeconds: 1"])
}
