package io.logprobe.standalone.broker;

import static io.logprobe.contracts.Topics.COMMANDS;
import static io.logprobe.contracts.Topics.DELIVERIES;
import static io.logprobe.contracts.Topics.EVALUATIONS;
import static io.logprobe.contracts.Topics.HEARTBEATS;
import static io.logprobe.contracts.Topics.JOBS;
import static io.logprobe.contracts.Topics.OUTCOMES;

import io.logprobe.contracts.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How a topic is created on a single node.
///
/// @param name the topic
/// @param partitions how many keys can be read at the same time
/// @param retention how long records stay readable
record TopicPlan(String name, int partitions, Duration retention) {

    /// Every topic of the wire with its dead-letter topic. The evaluation log outlives the longest job and the
    /// longest outage, outcomes outlive both by far, signs of life are worth nothing after an hour.
    static final List<TopicPlan> ALL = Stream.of(
                    new TopicPlan(JOBS, 2, Duration.ofDays(14)),
                    new TopicPlan(COMMANDS, 2, Duration.ofDays(1)),
                    new TopicPlan(EVALUATIONS, 4, Duration.ofDays(30)),
                    new TopicPlan(HEARTBEATS, 1, Duration.ofHours(1)),
                    new TopicPlan(OUTCOMES, 2, Duration.ofDays(90)),
                    new TopicPlan(DELIVERIES, 2, Duration.ofDays(90)))
            .flatMap(topic -> Stream.of(topic, topic.deadLetters()))
            .toList();

    Map<String, String> settings() {
        return Map.of("retention.ms", Long.toString(retention.toMillis()));
    }

    private TopicPlan deadLetters() {
        return new TopicPlan(Topics.deadLetterOf(name), 1, Duration.ofDays(30));
    }
}
