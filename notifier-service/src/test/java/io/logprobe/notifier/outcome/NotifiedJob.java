package io.logprobe.notifier.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.logprobe.contracts.Event;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.messaging.testing.Wire;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.surroundings.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// A job that the notifier is told about, and what it says has become of it. Nothing of earlier ones is left.
final class NotifiedJob {

    private final UUID id = UUID.randomUUID();
    private final String model = "demo/model-" + id.toString().substring(0, 8);
    private final EvaluationCompleted evaluation = Outcomes.completed(id, UUID.randomUUID(), model);

    NotifiedJob() {
        Surroundings.forget();
        Surroundings.putModel(model, "---\nlicense: mit\n---\n# A model\n");
    }

    UUID id() {
        return id;
    }

    /// The one model of the job, in the local Hub.
    String model() {
        return model;
    }

    /// How it was evaluated.
    EvaluationCompleted evaluation() {
        return evaluation;
    }

    void publish(Event event) {
        Surroundings.wire().write(event);
    }

    /// The deliveries of this job once there are `count`; fails if more come.
    List<DeliveryEvent> awaitDeliveries(int count) {
        await().pollInSameThread()
                .atMost(Wire.PATIENCE)
                .until(() -> deliveries().size() >= count);
        await().pollInSameThread().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(deliveries())
                .hasSize(count));
        return deliveries();
    }

    private List<DeliveryEvent> deliveries() {
        return Surroundings.wire()
                .records(Topics.DELIVERIES)
                .filter(record -> id.toString().equals(record.key()))
                .map(record -> Wire.read(record, DeliveryEvent.class))
                .toList();
    }

    /// The only event of its type.
    static <T extends DeliveryEvent> T only(List<DeliveryEvent> events, Class<T> type) {
        List<T> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as("%s among %s", type.getSimpleName(), events).hasSize(1);
        return found.getFirst();
    }
}
