import Foundation
import TestSupport
import Testing

/// The guide: every command of it as it stands there, in its context, on the oldest and the newest kubectl and on
/// `stint`. Each is checked for what it did.
///
/// Commands of different topics run at the same time, as one may have several terminals open; those that delete by what
/// they find come last.
@Suite(
    .serialized, .enabled(if: Kubectl.whyNone == nil, Comment(rawValue: Kubectl.whyNone ?? "")),
    .enabled(
        if: FileManager.default.fileExists(atPath: Project.pythonArchive),
        "\(Project.pythonArchive) is missing: run scripts/test"),
    .disabled(
        if: Project.isUserModeLinux,
        "the guest's one slow processor takes minutes for what asks nothing of its kernel: KubectlSmokeTests runs there"
    ))
struct GuideTests {
    @Test(arguments: Client.oldestAndNewestAndStint)
    func `every command of the guide does what it says`(client: Client) async throws {
        try await ClientShell.run(client) { shell in
            try await GuideWorld.prepare(shell.daemon)
            let watch = try shell.start("kubectl get jobs -w")
            try await withThrowingTaskGroup { group in
                for topic in Self.topics { group.addTask { try await topic(shell) } }
                try await group.waitForAll()
            }
            try await GuideCleaning.listsFollow(watch)
            try await GuideCleaning.orphans(shell)
            try await GuideCleaning.deletesBySelection(shell)
        }
    }

    private static let topics: [@Sendable (ClientShell) async throws -> Void] = [
        GuideCreating.fromTheCommandLine, GuideCreating.fromManifests, GuideCreating.inOtherNamespaces,
        GuideWatching.aBackup, GuideWatching.severalJobs, GuideWatching.theScript, GuideWatching.theScriptWithoutAJob,
        GuideChanging.suspendsAndResumes, GuideChanging.cronJobs, GuideChanging.labels, GuideChanging.theSummary,
    ]
}
