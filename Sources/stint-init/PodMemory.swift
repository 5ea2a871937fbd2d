import Launch
import Linux

/// The volumes of memory of a pod.
enum PodMemory {
    /// Mounts them where only this process and those it starts can see them. The host goes on sending its own mounts
    /// here, because a container may ask for those (`HostToContainer`).
    static func mount(_ volumes: [MemoryVolume]) -> LaunchFailure? {
        do throws(SyscallError) {
            try Processes.unshare(.mounts)
            try Mounts.makeAllFollowing()
            for volume in volumes {
                let place = try OwnedDescriptor.open(volume.path, [.place, .directory, .noFollow])
                var data = "size=\(volume.bytes),mode=\(String(volume.mode, radix: 8))"
                if let owner = volume.owner { data += ",uid=\(owner)" }
                if let group = volume.group { data += ",gid=\(group)" }
                try Mounts.mount("tmpfs", on: place, attributes: MountAttributes.noDevices.rawValue, data: data)
            }
            return nil
        } catch {
            return LaunchFailure(.pod(.mountMemory), error)
        }
    }
}
