import CISAL
import Kube

/// What both sides of a SPDY connection know before it begins (section 2.6.10.1).
enum SPDYDictionary {
    /// Its Adler-32, by which a stream says that it needs it (RFC 1950).
    static let checksum: UInt32 = 0xe3c6_a7c2

    static let bytes: [UInt8] = {
        var bytes: [UInt8] = []
        for word in words {
            bytes += [0, 0, 0, UInt8(word.utf8.count)]
            bytes += Array(word.utf8)
        }
        return bytes + Array(end.utf8)
    }()

    private static let words =
        """
        options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow \
        authorization cache-control connection content-base content-encoding content-language content-length \
        content-location content-md5 content-range content-type date etag expect expires from host if-match \
        if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma \
        proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade \
        user-agent vary via warning www-authenticate method get status
        """.split(separator: " ").map(String.init) + ["200 OK", "version", "HTTP/1.1"]
        + ["url", "public", "set-cookie", "keep-alive", "origin"]

    private static let end =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative"
        + " Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500"
        + " Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov"
        + " Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,"
        + "application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
        + "charset=utf-8charset=iso-8859-1,utf-,*,enq=0."
}

/// Expands the headers that a client sends: one zlib stream for the whole connection.
final class SPDYExpander {
    /// What the headers of one stream may come to. Clients send less than a hundred bytes.
    static let limit = 16_384

    private let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
    private var hasBegun = false

    init() { isal_inflate_init(state) }
    deinit { state.deallocate() }

    func expand(_ block: [UInt8]) throws(SPDYError) -> [UInt8] {
        var block = block[...]
        if !hasBegun {
            // The two bytes of RFC 1950 and the name of the dictionary; what follows is plain deflate.
            let sum = SPDYDictionary.checksum
            let expected = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
            guard block.count >= 6, block.first == 0x78, block[block.startIndex + 1] & 0x20 != 0,
                Array(block.dropFirst(2).prefix(4)) == expected
            else { throw .badHeaders }
            block = block.dropFirst(6)
            var dictionary = SPDYDictionary.bytes
            guard isal_inflate_set_dict(state, &dictionary, UInt32(dictionary.count)) == 0 else { throw .badHeaders }
            hasBegun = true
        }
        var input = Array(block)
        var output = [UInt8](repeating: 0, count: Self.limit)
        let (result, left, room) = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                state.pointee.next_in = input.baseAddress
                state.pointee.avail_in = UInt32(input.count)
                state.pointee.next_out = output.baseAddress
                state.pointee.avail_out = UInt32(output.count)
                let result = isal_inflate(state)
                defer { (state.pointee.next_in, state.pointee.next_out) = (nil, nil) }
                return (result, state.pointee.avail_in, state.pointee.avail_out)
            }
        }
        guard result == ISAL_DECOMP_OK || result == ISAL_END_INPUT, left == 0, room > 0 else { throw .badHeaders }
        return Array(output.prefix(Self.limit - Int(room)))
    }
}

/// Writes headers as a zlib stream that compresses nothing: stored blocks (RFC 1951, section 3.2.4).
struct SPDYStorer {
    private var hasBegun = false

    mutating func store(_ headers: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        if !hasBegun {
            hasBegun = true
            let sum = SPDYDictionary.checksum
            bytes += [0x78, 0xbb] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
        }
        // The empty one is what zlib calls a flush: without it Go's reader keeps what came before for later.
        return bytes + block(headers) + block([])
    }

    /// Not the last one, and stored.
    private func block(_ content: [UInt8]) -> [UInt8] {
        let count = UInt16(content.count)
        var bytes: [UInt8] = [0]
        for number in [count, ~count] {
            bytes.append(UInt8(truncatingIfNeeded: number))
            bytes.append(UInt8(truncatingIfNeeded: number >> 8))
        }
        return bytes + content
    }
}
