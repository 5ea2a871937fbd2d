import Foundation

exit(await Stint.perform(Array(CommandLine.arguments.dropFirst())))
