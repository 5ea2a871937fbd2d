import Testing

@testable import Containers

struct CapabilityTests {
    static let all = CapabilitySet(mask: (1 << 41) - 1)

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var add: [String] = []
        var drop: [String] = []
        var available = all
        var privileged = false
        let expected: [String]

        init(
            _ sentence: String, add: [String] = [], drop: [String] = [], available: CapabilitySet = all,
            privileged: Bool = false, _ expected: [String]
        ) {
            testDescription = sentence
            self.add = add
            self.drop = drop
            self.available = available
            self.privileged = privileged
            self.expected = expected
        }
    }

    static let standard = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE", "CAP_SETFCAP",
    ]

    @Test(arguments: [
        Row("nothing said: the default set", standard),
        Row("drop ALL: nothing", drop: ["ALL"], []),
        Row("drop all, whatever the case: nothing", drop: ["all"], []),
        Row("drop ALL and add one: that one", add: ["NET_BIND_SERVICE"], drop: ["ALL"], ["CAP_NET_BIND_SERVICE"]),
        Row(
            "the prefix and the case make no difference", add: ["cap_net_bind_service", "Kill"], drop: ["ALL"],
            ["CAP_KILL", "CAP_NET_BIND_SERVICE"]),
        Row("dropped by name wins over added by name", add: ["SYS_TIME"], drop: ["ALL", "SYS_TIME"], []),
        Row("add ALL: everything there is", add: ["ALL"], all.names),
        Row(
            "add ALL and drop one: everything else", add: ["ALL"], drop: ["SYS_ADMIN"],
            all.names.filter { $0 != "CAP_SYS_ADMIN" }),
        Row("add ALL and drop ALL: nothing, as in containerd", add: ["ALL"], drop: ["ALL"], []),
        Row(
            "add ALL gives what there is to give", add: ["ALL"], available: CapabilitySet(numbers: [0, 5]),
            ["CAP_CHOWN", "CAP_KILL"]),
        Row("the default set is cut down to it too", available: CapabilitySet(numbers: [0, 21]), ["CAP_CHOWN"]),
        Row("privileged: everything, whatever the lists say", drop: ["ALL"], privileged: true, all.names),
    ])
    func `capabilities are added and dropped as a kubelet's runtime does`(_ row: Row) throws {
        let request = CapabilityRequest(add: row.add, drop: row.drop)
        #expect(try request.resolve(available: row.available, privileged: row.privileged).names == row.expected)
    }

    @Test(arguments: [
        ("NET_ADMN", "unknown capability \"NET_ADMN\", did you mean \"NET_ADMIN\"?"),
        ("CAP_SYSADMIN", "unknown capability \"CAP_SYSADMIN\", did you mean \"SYS_ADMIN\"?"),
        ("EVERYTHING", "unknown capability \"EVERYTHING\""), ("", "unknown capability \"\""),
        ("CAP_", "unknown capability \"CAP_\""),
        ("5", "unknown capability \"5\""), ("CAP_5", "unknown capability \"CAP_5\""),
        ("KILL,CHOWN", "unknown capability \"KILL,CHOWN\""),
        ("KILL ", "unknown capability \"KILL \", did you mean \"KILL\"?"),
        ("CAP_CAP_KILL", "unknown capability \"CAP_CAP_KILL\""),
    ])
    func `a name that is none is refused with the near miss`(name: String, message: String) {
        for request in [CapabilityRequest(add: [name]), CapabilityRequest(drop: [name])] {
            let error = #expect(throws: CapabilityError.self) {
                try request.resolve(available: Self.all, privileged: true)
            }
            #expect(error?.description == message)
        }
    }

    @Test func `a capability we do not hold cannot be given by name`() {
        let available = CapabilitySet(mask: Self.all.mask & ~(1 << 24))
        let error = #expect(throws: CapabilityError.self) {
            try CapabilityRequest(add: ["SYS_RESOURCE"]).resolve(available: available)
        }
        #expect(error == .notHeld("CAP_SYS_RESOURCE"))
    }

    @Test func `names are the kernel's, in its order`() throws {
        #expect(
            CapabilitySet(mask: 1 | 1 << 21 | 1 << 40).names == [
                "CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_CHECKPOINT_RESTORE",
            ])
        #expect(try CapabilitySet(names: ["CAP_CHOWN", "sys_admin"]).mask == 1 | 1 << 21)
        #expect(!CapabilitySet.containerDefault.contains("CAP_SYS_ADMIN"))
        #expect(!CapabilitySet.containerDefault.contains("nonsense"))
    }

    @Test func `what this process holds is no more than the kernel knows`() throws {
        let known = try CapabilitySet.knownToKernel()
        #expect(known.contains("CAP_CHOWN"))
        #expect(try CapabilitySet.ofThisProcess().subtracting(known).mask == 0)
    }

    @Test(arguments: [
        ("kitten", "sitting", 3), ("ab", "ba", 1), ("", "abc", 3), ("same", "same", 0), ("net_admn", "net_admin", 1),
    ])
    func `the distance of two words counts letters`(left: String, right: String, distance: Int) {
        #expect(NearMiss.distance(Array(left.utf8), Array(right.utf8)) == distance)
    }
}
