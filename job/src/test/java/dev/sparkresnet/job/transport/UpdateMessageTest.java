package dev.sparkresnet.job.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.common.util.SerializationUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.parameterserver.distributed.v2.messages.impl.GradientsUpdateMessage;

class UpdateMessageTest {

  /** It goes from executors on GPUs to a driver on its CPU. */
  @Test
  void namesNoBackendOfNd4j() {
    INDArray update = Nd4j.createFromArray(1, 5, 0, 0, -3);
    byte[] bytes = SerializationUtils.toByteArray(new GradientsUpdateMessage("id", update));
    assertThat(new String(bytes, ISO_8859_1))
        .contains("org.nd4j.linalg.api.ndarray.BaseNDArrayProxy")
        .doesNotContain("nativecpu")
        .doesNotContain(update.getClass().getName())
        .doesNotContain(update.data().getClass().getName());
    GradientsUpdateMessage read = SerializationUtils.deserialize(bytes);
    assertThat(read.getPayload()).isEqualTo(update);
  }
}
