package io.logprobe.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.scheduler.evaluation.EvaluationRequest;
import io.logprobe.scheduler.node.NodeView;
import io.logprobe.scheduler.placement.Placement.Assignment;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static final String SHA1 = "0123456789abcdef0123456789abcdef01234567";
    private static final DatasetRevision DATASET =
            new DatasetRevision("owner/data", "default", "test", SHA1, "0".repeat(64), 10);

    @Test
    void oldestEvaluationTakesTheOnlyFreeSlot() {
        NodeView node = node("a", 1);

        List<Assignment> assignments =
                Placement.decide(List.of(evaluation(1, "m/x"), evaluation(2, "m/y")), List.of(node), Map.of());

        assertThat(assignments).containsExactly(new Assignment(id(1), node));
    }

    @Test
    void nodeThatHasTheModelIsPreferredToALessLoadedOne() {
        NodeView idle = node("a", 2);
        NodeView warm = node("b", 2, "m/x@" + SHA1);

        List<Assignment> assignments =
                Placement.decide(List.of(evaluation(1, "m/x")), List.of(idle, warm), Map.of("b", 1));

        assertThat(assignments).containsExactly(new Assignment(id(1), warm));
    }

    @Test
    void nodeThatHasAnotherFileOfTheRepositoryIsNotPreferred() {
        NodeView idle = node("a", 2);
        NodeView other = node("b", 2, "m/x/q8.gguf@" + SHA1);
        NodeView warm = node("c", 2, "m/x/q4.gguf@" + SHA1);
        EvaluationRequest evaluation = evaluation(1, new ModelRevision("m/x", SHA1, "q4.gguf", "llama", 1, 1));

        assertThat(Placement.decide(List.of(evaluation), List.of(idle, other, warm), Map.of("c", 1)))
                .containsExactly(new Assignment(id(1), warm));
        assertThat(Placement.decide(List.of(evaluation), List.of(idle, other), Map.of()))
                .containsExactly(new Assignment(id(1), idle));
    }

    @Test
    void evaluationsSpreadOverFreeNodes() {
        List<Assignment> assignments = Placement.decide(
                List.of(evaluation(1, "m/x"), evaluation(2, "m/y")), List.of(node("a", 2), node("b", 2)), Map.of());

        assertThat(assignments)
                .extracting(assignment -> assignment.node().nodeId())
                .containsExactly("a", "b");
    }

    @Test
    void fullNodesGetNothing() {
        assertThat(Placement.decide(List.of(evaluation(1, "m/x")), List.of(node("a", 1)), Map.of("a", 1)))
                .isEmpty();
    }

    @Test
    void withoutNodesEverythingWaits() {
        assertThat(Placement.decide(List.of(evaluation(1, "m/x")), List.of(), Map.of()))
                .isEmpty();
    }

    private static NodeView node(String name, int slots, String... cachedModels) {
        return new NodeView(name, new UUID(7, name.charAt(0)), slots, List.of(cachedModels));
    }

    private static EvaluationRequest evaluation(int number, String model) {
        return evaluation(number, new ModelRevision(model, SHA1, null, "opt", 1, 1));
    }

    private static EvaluationRequest evaluation(int number, ModelRevision model) {
        return new EvaluationRequest(id(number), new UUID(3, 0), model, DATASET, ScoringOptions.DEFAULT, false);
    }

    private static UUID id(int number) {
        return new UUID(1, number);
    }
}
