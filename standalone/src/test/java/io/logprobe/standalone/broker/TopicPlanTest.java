package io.logprobe.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.Topics;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicPlanTest {

    @Test
    void plansExactlyTheTopicsOfTheWireAndTheirDeadLetters() {
        List<String> wire = Stream.concat(
                        Topics.ALL.stream(), Topics.ALL.stream().map(Topics::deadLetterOf))
                .toList();

        assertThat(TopicPlan.ALL).extracting(TopicPlan::name).containsExactlyInAnyOrderElementsOf(wire);
    }
}
