package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.spec.Architectures;
import io.logprobe.engine.model.family.Families;
import org.junit.jupiter.api.Test;

/// The api-service accepts what the worker can score, and nothing else.
class SupportedArchitecturesTest {

    @Test
    void theWireNamesTheFamiliesOfTheEngine() {
        assertThat(Families.all().stream().flatMap(family -> family.modelTypes().stream()))
                .containsExactlyInAnyOrderElementsOf(Architectures.SUPPORTED);
    }
}
