extension PodSpec {
    /// What goes with users of the pod's own (`hostUsers: false`), and what only with them.
    func validateHostUsers(_ path: FieldPath) -> [FieldError] {
        if hostUsers == false {
            // Upstream knows of no good use, and of many surprises.
            return [("hostNetwork", hostNetwork), ("hostPID", hostPID), ("hostIPC", hostIPC)]
                .filter { $0.1 == true }.map { .forbidden(path / $0.0, "when `hostUsers` is false") }
        }
        var errors: [FieldError] = []
        for (list, containers) in [("initContainers", initContainers ?? []), ("containers", containers)] {
            for (index, container) in containers.enumerated()
            where container.securityContext?.procMount == "Unmasked" {
                errors.append(
                    .invalid(
                        (path / list)[index] / "securityContext" / "procMount", "Unmasked",
                        "`hostUsers` must be false to use `Unmasked`"))
            }
        }
        return errors
    }
}
