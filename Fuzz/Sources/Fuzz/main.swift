// retrohunt-fuzz list
// retrohunt-fuzz seeds TARGET FOLDER       seeds into FOLDER, the dictionary into FOLDER.dict
// retrohunt-fuzz TARGET [libFuzzer's arguments]
import CLibFuzzer
import Foundation

func fail(_ words: String) -> Never {
  FileHandle.standardError.write(Data((words + "\n").utf8))
  exit(2)
}

let words = CommandLine.arguments
guard words.count >= 2 else {
  fail("usage: retrohunt-fuzz list | seeds TARGET FOLDER | TARGET ...")
}

if words[1] == "list" {
  for target in FuzzTarget.all {
    print(target.name.padding(toLength: 16, withPad: " ", startingAt: 0) + target.summary)
  }
  exit(0)
}

func target(_ name: String) -> FuzzTarget {
  guard let found = FuzzTarget.all.first(where: { $0.name == name }) else {
    fail("there is no target \(name); `retrohunt-fuzz list` names them")
  }
  return found
}

if words[1] == "seeds" {
  guard words.count == 4 else { fail("usage: retrohunt-fuzz seeds TARGET FOLDER") }
  let chosen = target(words[2])
  let folder = URL(filePath: words[3])
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for (index, seed) in chosen.seeds().enumerated() {
    try Data(seed).write(to: folder.appending(path: "seed-\(index)"))
  }
  let lines = chosen.dictionary.map { word in
    "\"" + word.map { String(format: "\\x%02x", $0) }.joined() + "\"\n"
  }
  try Data(lines.joined().utf8).write(to: URL(filePath: words[3] + ".dict"))
  exit(0)
}

let chosen = target(words[1])

// libFuzzer wants the program's name and then its own arguments.
var count = Int32(CommandLine.argc - 1)
var arguments = unsafe CommandLine.unsafeArgv + 1
let status = unsafe withUnsafeMutablePointer(to: &arguments) { place in
  // SAFETY: the C type is `char ***`; Swift's argv has optional elements, which is the same.
  unsafe place.withMemoryRebound(
    to: Optional<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>.self, capacity: 1
  ) {
    unsafe LLVMFuzzerRunDriver(&count, $0) { data, size in
      unsafe chosen.run(Array(UnsafeBufferPointer(start: data, count: size)))
      return 0
    }
  }
}
exit(status)
