/// The v1 list of devices. In v2 a device filter program does the same (`DeviceFilter`).
enum DevicesController: CgroupController {
    static let name = ControllerName.devices

    static let deny = "devices.deny"
    static let allow = "devices.allow"

    static func settings(
        for limits: CgroupLimits, _ level: CgroupLevel, _ version: CgroupVersion, present: (String) -> Bool
    ) -> [CgroupSetting] {
        guard version == .v1, level == .container, case .allow(let rules) = limits.devices else { return [] }
        // Everything goes first; what is written after that is all there is.
        return [CgroupSetting(deny, "a", held: nil)] + rules.map { CgroupSetting(allow, line($0), held: nil) }
    }

    static func counters(_ version: CgroupVersion) -> [(kind: CounterKind, file: String)] { [] }

    static func line(_ rule: DeviceRule) -> String {
        let access = (rule.read ? "r" : "") + (rule.write ? "w" : "") + (rule.make ? "m" : "")
        return "\(rule.kind.rawValue) \(number(rule.major)):\(number(rule.minor)) \(access)"
    }

    private static func number(_ value: UInt32?) -> String { value.map(String.init) ?? "*" }
}
