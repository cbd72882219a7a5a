package dev.sparkresnet.job.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.common.primitives.Optional;
import org.nd4j.common.util.SerializationUtils;
import org.nd4j.parameterserver.distributed.v2.chunks.VoidChunk;
import org.nd4j.parameterserver.distributed.v2.messages.VoidMessage;
import org.nd4j.parameterserver.distributed.v2.util.MessageSplitter;

/**
 * Cuts messages into chunks in memory and puts each message together exactly once.
 *
 * <p>DL4J's own splitter writes every message to a temporary file first, and two threads that
 * deliver the last two chunks of a message at the same moment both return it, so that one update is
 * applied twice.
 */
final class MemoryMessageSplitter extends MessageSplitter {

  @Override
  public List<VoidChunk> split(VoidMessage message, int maxBytes) {
    byte[] bytes = SerializationUtils.toByteArray(message);
    int count = (bytes.length + maxBytes - 1) / maxBytes;
    List<VoidChunk> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int from = i * maxBytes;
      chunks.add(
          VoidChunk.builder()
              .messageId(message.getMessageId() + "/" + i)
              .originalId(message.getMessageId())
              .chunkId(i)
              .numberOfChunks(count)
              .splitSize(maxBytes)
              .totalSize(bytes.length)
              .payload(Arrays.copyOfRange(bytes, from, Math.min(from + maxBytes, bytes.length)))
              .build());
    }
    return chunks;
  }

  @Override
  public synchronized <T extends VoidMessage> Optional<T> merge(VoidChunk chunk, long memoryLimit) {
    return super.merge(chunk, memoryLimit);
  }
}
