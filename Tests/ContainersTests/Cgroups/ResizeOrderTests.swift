import Testing

@testable import Containers

struct ResizeOrderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pod: (Int64?, Int64?)
        let containers: [(String, Int64?, Int64?)]
        let expected: [String]

        init(
            _ sentence: String, pod: (Int64?, Int64?), _ containers: [(String, Int64?, Int64?)], _ expected: [String]
        ) {
            testDescription = sentence
            self.pod = pod
            self.containers = containers
            self.expected = expected
        }
    }

    @Test(arguments: [
        Row("a pod grows before its containers", pod: (100, 200), [("a", 100, 200)], ["pod", "a"]),
        Row("containers shrink before their pod", pod: (200, 100), [("a", 200, 100)], ["a", "pod"]),
        Row(
            "those that shrink make way for those that grow", pod: (200, 200), [("a", 50, 150), ("b", 150, 50)],
            ["b", "a", "pod"]),
        Row("no limit is more than any", pod: (100, nil), [("a", 100, nil)], ["pod", "a"]),
        Row("and any is less than none", pod: (nil, 100), [("a", nil, 100)], ["a", "pod"]),
        Row("what stays comes after what shrinks", pod: (nil, nil), [("a", 1, 1), ("b", 2, 1)], ["b", "a", "pod"]),
    ])
    func decides(_ row: Row) {
        let order = ResizeOrder.decide(
            pod: .init(container: nil, now: row.pod.0, wanted: row.pod.1),
            containers: row.containers.map { .init(container: $0.0, now: $0.1, wanted: $0.2) })
        #expect(order.map { $0.container ?? "pod" } == row.expected)
    }
}
