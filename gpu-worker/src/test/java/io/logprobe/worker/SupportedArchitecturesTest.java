package io.logprobe.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.spec.Architectures;
import io.logprobe.contracts.spec.GgufType;
import io.logprobe.engine.checkpoint.GgufMetadata;
import io.logprobe.engine.checkpoint.StoredType;
import io.logprobe.engine.model.family.Families;
import org.junit.jupiter.api.Test;

/// The api-service accepts what the worker can score, and nothing else.
class SupportedArchitecturesTest {

    @Test
    void theWireNamesTheFamiliesOfTheEngine() {
        assertThat(Families.all().stream().flatMap(family -> family.modelTypes().stream()))
                .containsExactlyInAnyOrderElementsOf(Architectures.SUPPORTED);
        assertThat(GgufMetadata.architectures()).isEqualTo(Architectures.GGUF);
    }

    @Test
    void theWireDescribesTheTypesOfGgufThatTheEngineReads() {
        for (int number = 0; number < 256; number++) {
            assertThat(GgufType.of(number).map(SupportedArchitecturesTest::described))
                    .isEqualTo(StoredType.ofGguf(number).map(SupportedArchitecturesTest::described));
        }
    }

    private static String described(GgufType type) {
        return type + " " + type.blockElements() + " " + type.blockBytes();
    }

    private static String described(StoredType type) {
        return type + " " + type.blockElements() + " " + type.blockBytes();
    }
}
