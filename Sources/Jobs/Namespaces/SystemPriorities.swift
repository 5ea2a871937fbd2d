import Kube
import Store

/// Makes the PriorityClasses that every cluster has. Call it before the API opens, so that nobody finds them missing.
public enum SystemPriorities {
    public static func make(in store: Store) async throws {
        for priorityClass in PriorityClass.system where store.get(PriorityClass.self, priorityClass.key) == nil {
            try await store.create(priorityClass)
        }
    }
}
