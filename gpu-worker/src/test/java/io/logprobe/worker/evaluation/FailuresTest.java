package io.logprobe.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.engine.failure.InvalidInput;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void whatTheEngineRefusesIsNotTriedAgain() {
        Failure failure = Failures.of(new InvalidInput("example 3: class 1 is longer than the model's 128 tokens"));

        assertThat(failure)
                .isEqualTo(new Failure(
                        FailureKind.INVALID_INPUT, "example 3: class 1 is longer than the model's 128 tokens"));
    }

    @Test
    void tooSmallAHeapIsTriedElsewhere() {
        assertThat(Failures.of(new OutOfMemoryError()).kind()).isEqualTo(FailureKind.RESOURCE_EXHAUSTED);
    }

    @Test
    void whatNobodyExpectedIsADefect() {
        assertThat(Failures.of(new IllegalStateException("no")).kind()).isEqualTo(FailureKind.INTERNAL);
    }
}
