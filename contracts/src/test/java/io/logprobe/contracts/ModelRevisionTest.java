package io.logprobe.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.contracts.spec.ModelRevision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRevisionTest {

    private static final String COMMIT = "27dcfa74d334bc871f3234de431e71c6eeba5dd6";

    @Test
    void fileIsPartOfTheName() {
        assertThat(model(null).pinned()).isEqualTo("owner/name@" + COMMIT);
        assertThat(model("q/a b.gguf").pinned()).isEqualTo("owner/name/q/a b.gguf@" + COMMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "/a.gguf", "../a.gguf", "a/../b.gguf", "./a.gguf", "a//b.gguf", "a.gguf/", "a\n.gguf"})
    void fileThatIsNoPathWithinTheRepositoryIsRefused(String file) {
        assertThatThrownBy(() -> model(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("file of model owner/name is no path of a GGUF file: " + file);
    }

    private static ModelRevision model(String file) {
        return new ModelRevision("owner/name", COMMIT, file, "llama", 1, 1);
    }
}
