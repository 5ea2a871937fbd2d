import Kube
import Testing

@testable import Server

@Suite struct ServiceAddressesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var asked: String?
        var taken: [String] = []
        let expected: Result<String, ServiceAddresses.Refusal>

        init(
            _ sentence: String, asked: String? = nil, taken: [String] = [],
            _ expected: Result<String, ServiceAddresses.Refusal>
        ) { (testDescription, self.asked, self.taken, self.expected) = (sentence, asked, taken, expected) }
    }

    @Test(arguments: [
        Case("the first address is not given away", .success("10.96.0.2")),
        Case("the lowest that is free", taken: ["10.96.0.2", "10.96.0.4"], .success("10.96.0.3")),
        Case("an empty wish is none", asked: "", .success("10.96.0.2")),
        Case("one that is asked for", asked: "10.111.255.254", .success("10.111.255.254")),
        Case("the first is given to who asks", asked: "10.96.0.1", .success("10.96.0.1")),
        Case("one that is taken", asked: "10.96.0.9", taken: ["10.96.0.9"], .failure(.taken)),
        Case("one before the range", asked: "10.95.255.255", .failure(.outOfRange)),
        Case("the network itself", asked: "10.96.0.0", .failure(.outOfRange)),
        Case("its last", asked: "10.111.255.255", .failure(.outOfRange)),
        Case("another family", asked: "::1", .failure(.outOfRange)),
    ])
    func chooses(_ row: Case) {
        let taken = Set(row.taken.compactMap(IPAddress.number))
        #expect(ServiceAddresses.choose(row.asked, taken).map(IPAddress.text) == row.expected)
    }
}
