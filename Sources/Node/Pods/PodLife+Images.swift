import Foundation
import Images
import Kube
import Store

/// Why a container waits for its image, and what is told of it, in the kubelet's words (`pkg/kubelet/images`).
struct ImageWait: Equatable {
    struct Event: Equatable {
        var type = EventRecorder.Kind.warning
        let reason: String
        let message: String
    }

    let reason: String
    let message: String
    let events: [Event]

    /// Nothing is pulled here, so the wait ends when somebody imports the image. Order:
    /// 1. what is no name can never be imported;
    /// 2. who says Never is told so;
    /// 3. the first look is the failed pull, and every later one the waiting for another.
    init(_ name: String, isName: Bool, policy: String?, isFirst: Bool) {
        let missing = "image is not in this host's store; import it with \"stint image import\""
        var events: [Event] = []
        if !isName {
            reason = WaitingReason.invalidImageName
            message =
                "Failed to apply default image tag \"\(name)\": couldn't parse image name \"\(name)\": "
                + "invalid reference format"
            events.append(Event(reason: "InspectFailed", message: message))
        } else if policy == "Never" {
            reason = WaitingReason.imageNeverPull
            message = "Container image \"\(name)\" is not present with pull policy of Never"
            events.append(Event(reason: "ErrImageNeverPull", message: message))
        } else if isFirst {
            reason = WaitingReason.imagePullFailed
            message = "Failed to pull image \"\(name)\": \(missing)"
            events.append(Event(reason: "Failed", message: message))
        } else {
            reason = WaitingReason.imagePull
            message = "Back-off pulling image \"\(name)\": ErrImagePull: \(missing)"
            events.append(Event(type: .normal, reason: "BackOff", message: "Back-off pulling image \"\(name)\""))
        }
        events.append(Event(reason: "Failed", message: "Error: \(reason)"))
        self.events = events
    }
}

extension PodLife {
    /// Seconds until a pull that failed is a waiting for another one.
    private static let pullDelay: TimeInterval = 2

    /// Nil while it is missing; the container says so.
    mutating func findImage(_ index: Int) -> Image? {
        let container = spec(index)
        let name = container.image ?? ""
        if let image = context.findImage(name) {
            imageMissed[container.name] = nil
            return image
        }
        guard case .waiting(let old, _) = run.containers[index].state else { return nil }
        let missed = imageMissed[container.name] ?? context.clock.now()
        imageMissed[container.name] = missed
        let backOff = missed.addingTimeInterval(Self.pullDelay)
        let isFirst = old != WaitingReason.imagePull && context.clock.now() < backOff
        let wait = ImageWait(name, isName: Image.isName(name), policy: container.imagePullPolicy, isFirst: isFirst)
        if wait.reason == WaitingReason.imagePullFailed { lookAgain(at: backOff) }
        if old != wait.reason {
            for event in wait.events {
                context.recorder.record(pod, event.type, reason: event.reason, message: event.message)
            }
        }
        run.containers[index].state = .waiting(reason: wait.reason, message: wait.message)
        return nil
    }
}
