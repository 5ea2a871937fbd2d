/// Whom a container is to run as. Names are looked up in the container's own /etc/passwd and /etc/group.
public struct UserRequest: Equatable, Sendable {
    public enum Name: Equatable, Sendable {
        case id(UInt32)
        case text(String)
    }

    public var user: Name
    /// nil: the user's own group as the password file says, or 0.
    public var group: Name?
    public var additionalGroups: [UInt32]
    /// Whether those of which the group file says the user is a member are added (`supplementalGroupsPolicy: Merge`).
    public var takesImageGroups: Bool

    public init(user: Name, group: Name? = nil, additionalGroups: [UInt32] = [], takesImageGroups: Bool = true) {
        self.user = user
        self.group = group
        self.additionalGroups = additionalGroups
        self.takesImageGroups = takesImageGroups
    }
}

extension UserRequest.Name {
    /// The highest id that is taken. Above it 32-bit kernel interfaces start to see -1 and other surprises, so the
    /// engines that came before us stop here too.
    public static let highestID: UInt32 = 0x7fff_ffff

    /// A name or a decimal number as people write it. nil for what could be mistaken for something else: a number out
    /// of range, a sign, a space, a colon, a control character, or nothing at all.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 256 else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let id = UInt32(text), id <= Self.highestID else { return nil }
            self = .id(id)
            return
        }
        let first = text.utf8.first!
        guard first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") })
        else { return nil }
        self = .text(text)
    }
}

/// The answer.
public struct ResolvedUser: Equatable, Sendable {
    public var uid: UInt32
    public var gid: UInt32
    /// Sorted, each once, `gid` among them: a set-group-ID program that drops its group must not lose what a file
    /// denies to that group (CVE-2022-2989).
    public var groups: [UInt32]
    /// nil when the password file does not know the user.
    public var home: String?

    public init(uid: UInt32, gid: UInt32, groups: [UInt32], home: String?) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.home = home
    }
}

extension UserRequest {
    /// Looks the user up, as `docker run --user` does. The files come from the image, so nothing in them is trusted:
    /// a line that does not parse is skipped, an id out of range is as if the line were not there.
    ///
    /// 1. The user by name, or by number; an unknown number is fine, an unknown name is not.
    /// 2. The group asked for; else the one of the user's line; else 0.
    /// 3. Groups whose member list names the user are added, unless the request takes none from the image.
    public func resolve(passwd: [UInt8], group groupFile: [UInt8]) throws(LaunchFailure.Reason) -> ResolvedUser {
        var answer = ResolvedUser(uid: 0, gid: 0, groups: additionalGroups, home: nil)
        var userName: ArraySlice<UInt8>?
        if case .id(let id) = user { answer.uid = id }
        for line in passwd.split(separator: newline) {
            let fields = line.split(separator: colon, maxSplits: 6, omittingEmptySubsequences: false)
            guard fields.count >= 6, let uid = number(fields[2]), let gid = number(fields[3]) else { continue }
            switch user {
            case .id(let id): guard uid == id else { continue }
            case .text(let name): guard fields[0].elementsEqual(name.utf8) else { continue }
            }
            answer.uid = uid
            answer.gid = gid
            answer.home = String(validating: fields[5], as: UTF8.self)
            userName = fields[0]
            break
        }
        if userName == nil, case .text = user { throw .noSuchUser }

        var groupFound = group == nil
        if case .id(let id)? = group {
            answer.gid = id
            groupFound = true
        }
        for line in groupFile.split(separator: newline) {
            let fields = line.split(separator: colon, maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count >= 4, let gid = number(fields[2]) else { continue }
            if !groupFound, case .text(let name)? = group, fields[0].elementsEqual(name.utf8) {
                answer.gid = gid
                groupFound = true
            }
            if takesImageGroups, let userName, answer.groups.count < mostGroups,
                fields[3].split(separator: comma).contains(where: { $0.elementsEqual(userName) })
            {
                answer.groups.append(gid)
            }
        }
        guard groupFound else { throw .noSuchGroup }
        answer.groups = Set(answer.groups + [answer.gid]).sorted()
        return answer
    }
}

private let newline = UInt8(ascii: "\n")
private let colon = UInt8(ascii: ":")
private let comma = UInt8(ascii: ",")
/// NGROUPS_MAX is 65,536; no honest image comes near this.
private let mostGroups = 1024

private func number(_ field: ArraySlice<UInt8>) -> UInt32? {
    guard !field.isEmpty, field.count <= 10 else { return nil }
    var value: UInt64 = 0
    for byte in field {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + UInt64(byte - 0x30)
    }
    return value <= UInt64(UserRequest.Name.highestID) ? UInt32(value) : nil
}
