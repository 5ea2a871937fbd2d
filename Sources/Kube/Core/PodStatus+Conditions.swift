import Foundation

extension PodStatus {
    /// Puts a condition in its place; the transition time moves only when the status does.
    public mutating func setCondition(_ condition: PodCondition, at now: Date) {
        var conditions = self.conditions ?? []
        var condition = condition
        if let index = conditions.firstIndex(where: { $0.type == condition.type }) {
            let old = conditions[index]
            condition.lastTransitionTime = old.status == condition.status ? old.lastTransitionTime : Timestamp(now)
            conditions[index] = condition
        } else {
            condition.lastTransitionTime = Timestamp(now)
            conditions.append(condition)
        }
        self.conditions = conditions
    }
}
