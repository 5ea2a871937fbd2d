import Testing

@testable import Kube

struct QuantityCase: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    var canonical: String
    var milli: Int64
    var value: Int64

    init(_ sentence: String, _ text: String, is canonical: String, milli: Int64, value: Int64) {
        testDescription = sentence
        self.text = text
        self.canonical = canonical
        self.milli = milli
        self.value = value
    }
}

@Suite struct QuantityTests {
    @Test(arguments: [
        QuantityCase("a plain number", "2", is: "2", milli: 2000, value: 2),
        QuantityCase("thousandths round up to whole units", "250m", is: "250m", milli: 250, value: 1),
        QuantityCase("a fraction becomes a smaller suffix", "1.5", is: "1500m", milli: 1500, value: 2),
        QuantityCase("full thousands become the larger suffix", "1000m", is: "1", milli: 1000, value: 1),
        QuantityCase("binary suffixes", "64Mi", is: "64Mi", milli: 67_108_864_000, value: 67_108_864),
        QuantityCase("a binary fraction", "0.5Gi", is: "512Mi", milli: 536_870_912_000, value: 536_870_912),
        QuantityCase("1024Mi is 1Gi", "1024Mi", is: "1Gi", milli: 1_073_741_824_000, value: 1_073_741_824),
        QuantityCase("below 1024 a binary amount is decimal", "0.5Ki", is: "512", milli: 512_000, value: 512),
        QuantityCase("decimal suffixes", "1500k", is: "1500k", milli: 1_500_000_000, value: 1_500_000),
        QuantityCase("exponents stay exponents", "1e3", is: "1e3", milli: 1_000_000, value: 1000),
        QuantityCase("a capital E alone is exa", "1E", is: "1E", milli: .max, value: 1_000_000_000_000_000_000),
        QuantityCase("a capital E with digits is an exponent", "2E3", is: "2e3", milli: 2_000_000, value: 2000),
        QuantityCase("nano", "1n", is: "1n", milli: 1, value: 1),
        QuantityCase("finer than nano is rounded up", "0.1n", is: "1n", milli: 1, value: 1),
        QuantityCase("negative amounts round away from zero", "-250m", is: "-250m", milli: -250, value: -1),
        QuantityCase("zero has no suffix", "0Mi", is: "0", milli: 0, value: 0),
        QuantityCase("a leading plus and zeros", "+0050m", is: "50m", milli: 50, value: 1),
        QuantityCase("a point without digits before it", ".5", is: "500m", milli: 500, value: 1),
        QuantityCase("and without digits behind it", "1.", is: "1", milli: 1000, value: 1),
        QuantityCase(
            "what is too large is cut", "99999999999999999999999999999999999999999999", is: "9223372036854775807",
            milli: .max, value: .max),
        QuantityCase("however large the exponent", "1e2147483647", is: "9223372036854775807", milli: .max, value: .max),
        QuantityCase("and however small", "1e-2147483648", is: "1e-9", milli: 1, value: 1),
        QuantityCase(
            "exactly the largest", "9223372036854775807", is: "9223372036854775807", milli: .max,
            value: .max),
        QuantityCase("more than Int64 in exbibytes", "100Ei", is: "9223372036854775807", milli: .max, value: .max),
    ])
    func readsAmounts(_ row: QuantityCase) throws {
        let quantity = try #require(Quantity(row.text))
        #expect(quantity.text == row.canonical)
        #expect(quantity.milliValue == row.milli)
        #expect(quantity.value == row.value)
        #expect(Quantity(quantity.text) == quantity)
    }

    @Test(arguments: [
        "", "m", "1.2.3", "1 Mi", "1mi", "1KI", "0x10", "ten", "1e", "1e+", "1ee3", "--1", "+", ".", "1Mi ",
        "1e99999999999", "١",
    ])
    func refusesWhatIsNoAmount(_ text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test func `amounts are equal whatever their suffixes`() {
        #expect(Quantity("1000m") == Quantity("1"))
        #expect(Quantity("1Ki") == Quantity("1024"))
        #expect(Quantity("1k")! < Quantity("1Ki")!)
    }

    @Test func `sums keep the left side's suffixes`() {
        #expect((Quantity("64Mi")! + Quantity("1024")!).text == "65537Ki")
        #expect((Quantity.zero + Quantity("64Mi")!).text == "64Mi")
        #expect((Quantity("1")! - Quantity("250m")!).text == "750m")
    }

    @Test func `a plain JSON number is an amount`() throws {
        let limits = try KubeJSON.decode([String: Quantity].self, from: Array(#"{"cpu": 2, "memory": 0.5}"#.utf8))
        #expect(limits == ["cpu": Quantity("2")!, "memory": Quantity("500m")!])
    }
}
