import Kube
import Testing

/// The annotation that says what the kernel holds of a pod's limits.
struct ReceiptTests {
    private func makeReceipt() -> Receipt {
        var receipt = Receipt()
        receipt.set("pod", [Receipt.Item(asked: "processes 4096", kernel: "pids.max 4096")])
        receipt.set(
            "pod/main",
            [
                Receipt.Item(
                    asked: "cpu limit 250m", kernel: "cpu.cfs_period_us 100000, cpu.cfs_quota_us 25000"),
                Receipt.Item(asked: "memory limit 64Mi", kernel: "memory.limit_in_bytes 67108864"),
                Receipt.Item(asked: "swap 0", kernel: "memory.memsw.limit_in_bytes 67108864"),
            ])
        return receipt
    }

    static let text = """
        pod: processes 4096 = pids.max 4096
        pod/main: cpu limit 250m = cpu.cfs_period_us 100000, cpu.cfs_quota_us 25000; memory limit 64Mi = memory.limit_in_bytes 67108864
        pod/main: swap 0 = memory.memsw.limit_in_bytes 67108864
        """

    @Test func `its lines are no longer than kubectl shows`() {
        #expect(makeReceipt().text == Self.text)
        #expect(makeReceipt().text.split(separator: "\n").allSatisfy { $0.utf8.count <= 138 })
    }

    @Test func `it is read as it was written`() { #expect(Receipt(parsing: Self.text) == makeReceipt()) }

    @Test func `what a container is called does not make it the pod`() {
        #expect(Receipt.group(of: "pod") == "pod/pod")
    }

    @Test func `a group that is seen again takes the place of what was known of it, and nothing takes nothing away`() {
        var receipt = makeReceipt()
        receipt.set("pod", [Receipt.Item(asked: "processes 1", kernel: "pids.max 1")])
        receipt.set("pod/main", [])
        #expect(receipt.text == Self.text.replacing("processes 4096 = pids.max 4096", with: "processes 1 = pids.max 1"))
    }

    @Test(arguments: ["", "\n\n", "no colon", "pod:", "pod: a", "pod: = b", "pod: a =", "pod: ;;;", ": a b"])
    func `what is not of its form says nothing`(_ text: String) {
        #expect(Receipt(parsing: text).sections.isEmpty)
    }
}
