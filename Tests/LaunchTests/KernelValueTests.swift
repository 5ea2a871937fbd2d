import Testing

@testable import Launch

struct KernelValueTests {
    @Test(
        arguments: [
            ("1", "1\n", true), ("1", "0\n", false), ("1024 65000", "1024\t65000\n", true),
            ("1024", "1024\t65000\n", false), ("4096 87380 6291456", "4096\t87380\t6291456\n", true),
            ("", "\n", true), ("", "1\n", false), ("8080,9148", "8080,9148\n", true),
            ("8081,8080", "8080-8081\n", true), ("8080-8090,8085-8100", "8080-8100\n", true), ("8080", "8081\n", false),
            ("-1", "-1\n", true), ("1 0", "1\t0\n", true), ("010", "8\n", false), ("on", "on\n", true),
            ("70000", "4464\n", false), ("9-8", "8-9\n", false),
        ])
    func `a value is kept when it means what was asked`(_ asked: String, _ shown: String, _ isKept: Bool) {
        #expect(KernelValue.agree(asked, shown) == isKept)
    }
}
