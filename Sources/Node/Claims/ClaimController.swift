import Containers
import Foundation
import Kube
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Binds claims to volumes, makes directories for those that want one, and removes what nobody claims any more.
///
/// `decide` says what should be; one task carries it out, claim after claim and volume after volume, so that no volume is
/// given to two. What it writes names the versions it looked at: when somebody else was faster it looks again. Only the
/// removal of a directory, which may take long, is done beside it.
public final class ClaimController: Service {
    enum Item: Hashable, Sendable {
        case claim(ObjectKey)
        case volume(String)
    }

    let store: Store
    let recorder: EventRecorder
    let directories: ClaimDirectories
    let nodeName: String
    let logger: Logger
    let clock: NodeClock
    let box = Mailbox<Item>()
    let state = Mutex(State())

    struct State {
        /// Volumes whose directories are being removed.
        var removing: Set<String> = []
        /// What was last said of a claim or volume, by uid, so that a look that finds nothing new says nothing.
        var said: [String: StorageEvent] = [:]
    }

    public convenience init(stateDirectory: String, nodeName: String, store: Store, logger: Logger) {
        self.init(stateDirectory: stateDirectory, nodeName: nodeName, store: store, clock: .host, logger: logger)
    }

    init(stateDirectory: String, nodeName: String, store: Store, clock: NodeClock, logger: Logger) {
        self.store = store
        self.nodeName = nodeName
        self.clock = clock
        self.logger = logger
        directories = ClaimDirectories(path: "\(stateDirectory)/volumes")
        recorder = EventRecorder(store: store, component: "persistentvolume-controller")
    }

    /// To be done before the API opens. A state directory that has never had volumes gets the class `standard`; one from
    /// which the operator deleted it does not get it again.
    public func prepare() async throws {
        let directories = directories
        let known = Set(store.list(PersistentVolume.self).items.map(\.name))
        if !FileManager.default.fileExists(atPath: directories.path) { try await makeStandardClass() }
        try await onBlockingThread { () throws(any Error) in
            // In this order: the class is there when the directory is.
            _ = try directories.prepare()
            try directories.removeEmpty(except: known)
        }
    }

    private func makeStandardClass() async throws {
        var standard = StorageClass(
            metadata: ObjectMeta(name: "standard"), provisioner: StorageClass.hostDirectory)
        standard.metadata.annotations = [StorageAnnotation.isDefaultClass: "true"]
        standard.volumeBindingMode = "WaitForFirstConsumer"
        standard.allowVolumeExpansion = true
        standard.applyDefaults()
        do {
            _ = try await store.create(standard)
        } catch {
            guard case .alreadyExists = error else { throw error }  // an earlier daemon died just here
        }
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await self.store.follow(PersistentVolumeClaim.self, logger: self.logger) { self.take($0) }
                    self.box.close()
                }
                group.addTask {
                    await self.store.follow(PersistentVolume.self, logger: self.logger) { self.take($0) }
                }
                group.addTask {
                    await self.store.follow(StorageClass.self, logger: self.logger) { event in
                        switch event {
                        case .added, .modified: self.lookAtUnbound()
                        case .deleted, .bookmark: break
                        }
                    }
                }
                group.addTask {
                    await self.store.follow(Pod.self, where: { $0.usesClaims }, logger: self.logger) { self.take($0) }
                }
                group.addTask { await self.work() }
            }
        }
        await recorder.flush()
    }

    private func work() async {
        while !Task.isCancelled {
            let items = await box.receive()
            if items.isEmpty { return }
            var seen: Set<Item> = []
            for item in items where seen.insert(item).inserted {
                do {
                    switch item {
                    case .claim(let key): try await look(atClaim: key)
                    case .volume(let name): try await look(atVolume: name)
                    }
                } catch {
                    lookAgain(at: item, error)
                }
            }
        }
    }

    /// Who was slower than somebody else looks again at once; after anything else it takes a moment.
    private func lookAgain(at item: Item, _ error: any Error) {
        let error = error as? StoreError
        if error?.isNotFound == true { return }  // its deletion wakes us
        if error?.isConflict == true { return box.send(item) }
        logger.info(
            "a claim or volume has to wait", metadata: ["error": "\(error.map(String.init(describing:)) ?? "")"])
        look(at: item, after: 5)
    }

    func look(at item: Item, after seconds: TimeInterval) {
        Task { [box, clock] in
            await clock.sleep(clock.now().addingTimeInterval(seconds))
            box.send(item)
        }
    }

    /// Says something about an object, unless it was the last thing said about it.
    func say(_ event: StorageEvent?, of object: some Resource) {
        guard let event else { return }
        let uid = object.uid
        let isNews = state.withLock { $0.said.updateValue(event, forKey: uid) != event }
        guard isNews else { return }
        recorder.record(object, event.isWarning ? .warning : .normal, reason: event.reason, message: event.message)
    }
}
