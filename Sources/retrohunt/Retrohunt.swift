import ArgumentParser
@main struct Retrohunt: ParsableCommand { mutating func run() {} }
