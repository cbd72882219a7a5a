package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LooksTest {
  private static final List<CifarRecord> GOOD = CifarFiles.recordList(40);

  @Test
  void nothingIsOddAboutImagesThatDiffer() {
    Looks looks = Looks.of(GOOD.iterator());

    assertThat(looks.examples()).isEqualTo(40);
    assertThat(looks.labels()).hasSize(10);
    assertThat(looks.oddities()).isEmpty();
  }

  @Test
  void namesTheOneClass() {
    List<CifarRecord> all = IntStream.range(0, 40).mapToObj(index -> labelled(index, 7)).toList();

    assertThat(Looks.of(all.iterator()).oddities()).containsExactly("all 40 have label 7");
  }

  @Test
  void namesImagesThatAreTheSame() {
    List<CifarRecord> all =
        IntStream.range(0, 40).mapToObj(index -> CifarFiles.record(index, 1)).toList();
    assertThat(Looks.of(all.iterator()).oddities())
        .containsExactly("all 40 have label 0", "all 40 are the same image");

    List<CifarRecord> few = IntStream.range(0, 40).mapToObj(index -> GOOD.get(index % 3)).toList();
    assertThat(Looks.of(few.iterator()).oddities())
        .containsExactly("40 have only 3 different images");
  }

  @Test
  void namesBlankImagesWhateverTheirColour() {
    List<CifarRecord> all =
        IntStream.range(0, 40)
            .mapToObj(index -> index < 5 ? blank(index, 10 * index) : GOOD.get(index))
            .toList();

    assertThat(Looks.of(all.iterator()).oddities())
        .containsExactly("5 of 40 are blank, as black images are");
  }

  @Test
  void aFewImagesMayBeAlikeByChance() {
    assertThat(Looks.of(List.of(blank(0, 0), blank(1, 0)).iterator()).oddities()).isEmpty();
    assertThat(Looks.NONE.oddities()).isEmpty();
  }

  @Test
  void whatProcessesSawAddsUp() {
    Looks one = Looks.of(GOOD.subList(0, 15).iterator());
    Looks other = Looks.of(GOOD.subList(15, 40).iterator());

    assertThat(one.plus(other)).isEqualTo(Looks.of(GOOD.iterator()));
    assertThat(one.plus(Looks.NONE)).isEqualTo(one);
  }

  private static CifarRecord labelled(int index, int label) {
    byte[] bytes = GOOD.get(index).bytes().clone();
    bytes[0] = (byte) label;
    return new CifarRecord(index, bytes);
  }

  private static CifarRecord blank(int index, int value) {
    byte[] bytes = new byte[3073];
    Arrays.fill(bytes, (byte) value);
    bytes[0] = (byte) (index % 10);
    return new CifarRecord(index, bytes);
  }
}
