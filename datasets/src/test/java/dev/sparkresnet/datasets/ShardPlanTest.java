package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardPlanTest {
  @Test
  void dealsCifarToTwoReplicas() {
    ShardPlan plan = new ShardPlan(50_000, 2, 128);

    assertThat(plan.examplesPerReplica()).isEqualTo(25_000);
    assertThat(plan.minibatchesPerReplica()).isEqualTo(196);
    assertThat(plan.replicaOfRank(0)).isEqualTo(0);
    assertThat(plan.replicaOfRank(127)).isEqualTo(0);
    assertThat(plan.replicaOfRank(128)).isEqualTo(1);
    assertThat(plan.replicaOfRank(256)).isEqualTo(0);
    // 195 global minibatches of 256 leave 80 examples, 40 for each.
    assertThat(plan.replicaOfRank(49_920 + 39)).isEqualTo(0);
    assertThat(plan.replicaOfRank(49_920 + 40)).isEqualTo(1);
    assertThat(plan.replicaOfRank(49_999)).isEqualTo(1);
  }

  @Test
  void dealsEveryGlobalMinibatchInEqualBlocks() {
    forAllSmallPlans(
        plan -> {
          List<List<Integer>> dealt = dealByHand(plan);
          assertThat(ranksByReplica(plan)).as("%s", plan).isEqualTo(dealt);
        });
  }

  @Test
  void givesAllReplicasEquallyManyExamplesAndMinibatches() {
    forAllSmallPlans(
        plan -> {
          for (List<Integer> ranks : ranksByReplica(plan)) {
            assertThat(ranks).as("%s", plan).hasSize(plan.examplesPerReplica());
            assertThat(cut(ranks, plan.batchSize())).hasSize(plan.minibatchesPerReplica());
          }
        });
  }

  @Test
  void onlyTheRemainderSitsOut() {
    forAllSmallPlans(
        plan -> {
          long out =
              IntStream.range(0, plan.examples()).filter(r -> plan.replicaOfRank(r) < 0).count();
          assertThat(out).as("%s", plan).isEqualTo(plan.examples() % plan.replicas());
        });
  }

  @Test
  void tellsTheMinibatchThatARankIsIn() {
    forAllSmallPlans(
        plan -> {
          for (List<Integer> ranks : ranksByReplica(plan)) {
            List<List<Integer>> minibatches = cut(ranks, plan.batchSize());
            for (int minibatch = 0; minibatch < minibatches.size(); minibatch++) {
              assertThat(minibatches.get(minibatch))
                  .as("%s", plan)
                  .extracting(plan::minibatchOfRank)
                  .containsOnly(minibatch);
            }
          }
        });
  }

  @Test
  void replicasTogetherSeeTheMinibatchesOfOneReplicaWithTheWholeBatch() {
    forAllSmallPlans(
        plan -> {
          int used = plan.examples() - plan.examples() % plan.replicas();
          ShardPlan single = new ShardPlan(used, 1, plan.replicas() * plan.batchSize());
          List<List<Integer>> expected = cut(ranksByReplica(single).get(0), single.batchSize());
          for (int minibatch = 0; minibatch < expected.size(); minibatch++) {
            Set<Integer> together = new HashSet<>();
            for (List<Integer> ranks : ranksByReplica(plan)) {
              together.addAll(cut(ranks, plan.batchSize()).get(minibatch));
            }
            assertThat(together).as("%s", plan).isEqualTo(Set.copyOf(expected.get(minibatch)));
          }
        });
  }

  @Test
  void doesNotOverflow() {
    ShardPlan plan = new ShardPlan(Integer.MAX_VALUE, 3, Integer.MAX_VALUE);

    assertThat(plan.minibatchesPerReplica()).isEqualTo(1);
    assertThat(plan.replicaOfRank(Integer.MAX_VALUE - 2)).isEqualTo(2);
    assertThat(plan.replicaOfRank(Integer.MAX_VALUE - 1)).isEqualTo(-1);
  }

  @Test
  void refusesFewerExamplesThanReplicas() {
    assertThatThrownBy(() -> new ShardPlan(3, 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot share out 3 examples over 4 replicas: each needs at least one");
  }

  @Test
  void refusesEmptyReplicasAndMinibatches() {
    assertThatThrownBy(() -> new ShardPlan(3, 0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot share out examples over 0 replicas in batches of 8: both must be at least 1");
    assertThatThrownBy(() -> new ShardPlan(3, 1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesARankOutsideTheEpoch() {
    ShardPlan plan = new ShardPlan(3, 1, 1);

    assertThatThrownBy(() -> plan.replicaOfRank(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> plan.replicaOfRank(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> plan.minibatchOfRank(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void forAllSmallPlans(Consumer<ShardPlan> check) {
    for (int replicas = 1; replicas <= 5; replicas++) {
      for (int batchSize = 1; batchSize <= 6; batchSize++) {
        for (int examples = replicas; examples <= 45; examples++) {
          check.accept(new ShardPlan(examples, replicas, batchSize));
        }
      }
    }
  }

  private static List<List<Integer>> dealByHand(ShardPlan plan) {
    int used = plan.examples() - plan.examples() % plan.replicas();
    List<Integer> ranks = IntStream.range(0, used).boxed().toList();
    List<List<Integer>> dealt = emptyHands(plan);
    for (List<Integer> global : cut(ranks, plan.replicas() * plan.batchSize())) {
      List<List<Integer>> blocks = cut(global, global.size() / plan.replicas());
      for (int replica = 0; replica < plan.replicas(); replica++) {
        dealt.get(replica).addAll(blocks.get(replica));
      }
    }
    return dealt;
  }

  private static List<List<Integer>> ranksByReplica(ShardPlan plan) {
    List<List<Integer>> ranks = emptyHands(plan);
    for (int rank = 0; rank < plan.examples(); rank++) {
      int replica = plan.replicaOfRank(rank);
      if (replica >= 0) {
        ranks.get(replica).add(rank);
      }
    }
    return ranks;
  }

  private static List<List<Integer>> emptyHands(ShardPlan plan) {
    List<List<Integer>> hands = new ArrayList<>();
    for (int replica = 0; replica < plan.replicas(); replica++) {
      hands.add(new ArrayList<>());
    }
    return hands;
  }

  private static List<List<Integer>> cut(List<Integer> ranks, int size) {
    List<List<Integer>> pieces = new ArrayList<>();
    for (int from = 0; from < ranks.size(); from += size) {
      pieces.add(ranks.subList(from, Math.min(ranks.size(), from + size)));
    }
    return pieces;
  }
}
