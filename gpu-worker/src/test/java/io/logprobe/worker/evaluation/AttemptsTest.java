package io.logprobe.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.worker.WorkerConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private static final String REVISION = "0123456789abcdef0123456789abcdef01234567";
    private static final AttemptRunner NOBODY = null;

    private final Attempts attempts = new Attempts(
            NOBODY,
            new SmallRyeConfigBuilder()
                    .withMapping(WorkerConfig.class)
                    .withDefaultValue("logprobe.worker.node-id", "node-1")
                    .withDefaultValue("logprobe.worker.cache-directory", "models")
                    .build()
                    .getConfigMapping(WorkerConfig.class));

    @Test
    void commandThatComesAfterTheStopIsNoFault() throws InterruptedException {
        attempts.stopAll(new ShutdownEvent());

        attempts.start(new RunEvaluation(
                "node-1",
                new UUID(0, 1),
                new UUID(0, 2),
                new UUID(0, 3),
                1,
                new ModelRevision("acme/model", REVISION, null, "opt", 1, 1),
                new DatasetRevision("acme/rows", "default", "test", REVISION, "b".repeat(64), 1),
                ScoringOptions.DEFAULT,
                List.of(),
                null));

        assertThat(attempts.running()).isEmpty();
    }
}
