import Foundation
import Kube

/// A moment as HTTP writes it (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    static func text(_ date: Date) -> String {
        // `YYYY-MM-DDThh:mm:ssZ`, which holds every part but the day of the week.
        let parts = RFC3339.format(date, fractionDigits: 0).split { !$0.isNumber }.map(String.init)
        let day = Int((date.timeIntervalSince1970 / 86400).rounded(.down))
        // 1970-01-01 was a Thursday.
        let weekday = weekdays[((day + 4) % 7 + 7) % 7]
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
