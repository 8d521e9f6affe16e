internal import ArgumentParser
internal import Corpus
internal import Foundation
internal import Hunt
internal import Jobs

/// `retrohunt keys`: who may use the API.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "API keys: create, list, revoke.",
    subcommands: [Create.self, List.self, Revoke.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make an API key for a user; it is printed this once.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "The user: letters, digits and _.")
    var user: String

    func run() throws {
      let store = try data.openStore(.database)
      do {
        let key = try KeyStore(database: store.database).create(user: user)
        if output.json {
          StandardOutput.line("{\"user\":\"\(user)\",\"key\":\"\(key)\"}")
        } else {
          StandardOutput.line(key)
          if !output.quiet, Terminal.errorIsTerminal {
            Terminal.note("Keep it: it is stored as a hash only and cannot be shown again.")
          }
        }
      } catch let error as KeyStore.KeyError {
        throw CommandFailure.wrongInput(error.description)
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The keys there are, without their secrets.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Argument(help: "Only this user's.")
    var user: String?

    func run() throws {
      let store = try data.openStore(.database)
      for key in try KeyStore(database: store.database).list()
      where user == nil || user == key.user {
        if output.json {
          var text = JSONText()
          text.object { text in
            text.key("user")
            text.string(key.user)
            text.key("fingerprint")
            text.string(key.fingerprint)
            text.key("creation_date")
            text.integer(key.creationDate)
            if let date = key.revocationDate {
              text.key("revocation_date")
              text.integer(date)
            }
          }
          text.newline()
          StandardOutput.write(text.bytes)
        } else {
          let formatter = ISO8601DateFormatter()
          func moment(_ seconds: Int64) -> String {
            formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
          }
          StandardOutput.line(
            "\(key.user)  \(key.fingerprint)  created \(moment(key.creationDate))"
              + (key.revocationDate.map { ", revoked \(moment($0))" } ?? ""))
        }
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Make all keys of a user, or one of them, worthless.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "Only the key with this fingerprint (see list).")
    var fingerprint: String?

    @Argument(help: "The user.")
    var user: String

    func run() throws {
      let store = try data.openStore(.database)
      let count = try KeyStore(database: store.database).revoke(
        user: user, fingerprint: fingerprint)
      guard count > 0 else {
        throw CommandFailure.wrongInput("\(Terminal.printable(user)): no such key that is good")
      }
      if output.json {
        StandardOutput.line("{\"revoked\":\(count)}")
      } else if !output.quiet {
        StandardOutput.line("\(count) revoked")
      }
    }
  }
}
