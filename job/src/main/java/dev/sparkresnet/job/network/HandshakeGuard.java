package dev.sparkresnet.job.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before Spark's decoder, which takes frames of 2 GB and allocates what a stranger asks for,
 * until a connection is authenticated and has said hello.
 *
 * <p>It lets one frame through: a call that holds a challenge of Spark's handshake, of at most 1
 * KB, whose lengths fit into each other. What comes after it has to be encrypted.
 */
final class HandshakeGuard extends ChannelInboundHandlerAdapter {
  static final Duration PATIENCE = Duration.ofSeconds(5);
  static final int LONGEST_FRAME = 1 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(HandshakeGuard.class);
  private static final byte CALL = 3;
  private static final byte CHALLENGE = (byte) 0xfb;
  private static final int HEADER = Long.BYTES + 1 + Long.BYTES + Integer.BYTES;
  private static final int FIELDS = 3;

  private final Runnable onGone;
  private ByteBuf first;
  private boolean passed;
  private ScheduledFuture<?> end;

  /**
   * The guard of one connection.
   *
   * @param onGone called once, when the connection no longer counts as a stranger's
   */
  HandshakeGuard(Runnable onGone) {
    this.onGone = onGone;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext channel) {
    first = channel.alloc().heapBuffer(LONGEST_FRAME, LONGEST_FRAME);
    end =
        channel
            .executor()
            .schedule(
                () -> refuse(channel, "it took too long"),
                PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext channel) {
    boolean unused = end.cancel(false);
    first.release();
    onGone.run();
  }

  @Override
  public void channelRead(ChannelHandlerContext channel, Object message) {
    if (passed) {
      readAfterChallenge(channel, message);
      return;
    }
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (bytes.readableBytes() > first.writableBytes()) {
        refuse(channel, "its first frame is too long");
        return;
      }
      first.writeBytes(bytes);
    } finally {
      bytes.release();
    }
    check(channel);
  }

  /** Spark puts its decryption before this handler once the challenge was answered. */
  private void readAfterChallenge(ChannelHandlerContext channel, Object message) {
    if (channel.pipeline().firstContext() == channel) {
      ReferenceCountUtil.release(message);
      refuse(channel, "it goes on before it is authenticated");
      return;
    }
    channel.fireChannelRead(message);
  }

  private void check(ChannelHandlerContext channel) {
    if (first.readableBytes() < HEADER) {
      return;
    }
    long length = first.getLong(0);
    if (length < HEADER
        || length > LONGEST_FRAME
        || first.getByte(Long.BYTES) != CALL
        || first.getInt(HEADER - Integer.BYTES) != length - HEADER) {
      refuse(channel, "its first frame is no handshake");
      return;
    }
    if (first.readableBytes() < length) {
      return;
    }
    if (first.readableBytes() > length || !isChallenge()) {
      refuse(channel, "its first frame is no challenge");
      return;
    }
    passed = true;
    channel.fireChannelRead(first.copy());
  }

  /** A byte, and three fields with their lengths, up to the end. */
  private boolean isChallenge() {
    int at = HEADER;
    int end = first.readableBytes();
    if (at >= end || first.getByte(at) != CHALLENGE) {
      return false;
    }
    at++;
    for (int field = 0; field < FIELDS; field++) {
      if (end - at < Integer.BYTES) {
        return false;
      }
      int length = first.getInt(at);
      at += Integer.BYTES;
      if (length < 0 || length > end - at) {
        return false;
      }
      at += length;
    }
    return at == end;
  }

  private static void refuse(ChannelHandlerContext channel, String why) {
    LOG.debug("connection of {} refused: {}", channel.channel().remoteAddress(), why);
    var unused = channel.close();
  }
}
