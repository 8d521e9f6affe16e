import NIOCore

/// Closes a connection whose client has not read anything of its answer for a while, so that
/// nobody can hold the memory of an answer for ever. (The framework's idle timeout covers the
/// other direction: heads and bodies that do not come.)
final class UnreadAnswerHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Never
  private let timeout: TimeAmount
  private var closing: Scheduled<Void>?

  init(timeout: TimeAmount) { self.timeout = timeout }

  /// The channel turns unwritable when some 64 KiB wait, and writable when the client has taken
  /// half of them.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    closing?.cancel()
    closing = nil
    if !context.channel.isWritable {
      let channel = context.channel
      closing = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    closing?.cancel()
    closing = nil
    context.fireChannelInactive()
  }
}
