import Kube

/// Who starts after whom (kubelet `computePodActions`, `computeInitContainerActions`).
extension PodRun {
    var hasInitContainers: Bool { containers.contains { $0.role != .main } }

    /// Why containers wait that nothing is wrong with.
    var waitingReason: String { hasInitContainers ? WaitingReason.initializing : WaitingReason.creating }

    func isRunning(_ name: String) -> Bool { containers.contains { $0.name == name && $0.isRunning } }

    var mains: [ContainerRun] { containers.filter { $0.role == .main } }

    /// Every init container has done its part once. What a sidecar does later does not undo it.
    var isInitialized: Bool {
        containers.allSatisfy { $0.role == .main || $0.hasDoneItsPart } || mains.contains(where: \.hasBegun)
    }

    /// An init container failed and is not tried again.
    var hasFailedToInitialize: Bool {
        containers.contains { $0.role == .initial && $0.isOver && $0.termination?.exitCode != 0 }
    }

    /// Nothing of the pod is started any more: it is being ended, or its work is done. Sidecars do not count: they are
    /// there for the others.
    var isEnding: Bool {
        deadlineReached != nil || startDeadlineExceeded != nil || evicted != nil || rejection != nil || isBeingDeleted
            || hasFailedToInitialize || isWorkDone
    }

    var isWorkDone: Bool { mains.allSatisfy(\.isOver) }

    /// Nothing runs, and nothing will.
    var isFinished: Bool { isEnding && containers.allSatisfy(\.isAtRest) }

    /// What is to be started now, by index.
    var due: [Int] { isEnding ? [] : turn.filter { containers[$0].isToBeStarted } }

    /// Those that nothing has to come before. Init containers one after the other: the next one's turn comes when the one
    /// before has done its part. Once all have, everybody's.
    var turn: [Int] {
        if isInitialized { return Array(containers.indices) }
        let first = containers.firstIndex { !$0.hasDoneItsPart } ?? containers.endIndex
        return Array(containers[...first].indices)
    }

    /// Sidecars that run on although the pod is at its end, while nothing else does.
    var outlivesItsWork: Bool {
        isEnding && !isBeingDeleted && deadlineReached == nil
            && containers.allSatisfy { $0.role == .sidecar || $0.isAtRest } && containers.contains { !$0.isAtRest }
    }
}
