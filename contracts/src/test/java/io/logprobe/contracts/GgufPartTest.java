package io.logprobe.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.spec.GgufPart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufPartTest {

    @Test
    void everyPartStandsForAllAndForTheFirst() {
        assertThat(GgufPart.filesOf("q/a-00002-of-00003.gguf"))
                .containsExactly("q/a-00001-of-00003.gguf", "q/a-00002-of-00003.gguf", "q/a-00003-of-00003.gguf");
        assertThat(GgufPart.firstOf("q/a-00003-of-00003.gguf")).isEqualTo("q/a-00001-of-00003.gguf");
        assertThat(GgufPart.parse("q/a-00003-of-00003.gguf")).contains(new GgufPart("q/a", 3, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.gguf",
                "a-1-of-2.gguf",
                "a-00000-of-00002.gguf",
                "a-00003-of-00002.gguf",
                "a-00001-of-99999.gguf",
                "a-00001-of-00002.bin",
                "-00001-of-00002.gguf"
            })
    void whatIsNotCalledLikeAPartStandsForItself(String path) {
        assertThat(GgufPart.parse(path)).isEmpty();
        assertThat(GgufPart.filesOf(path)).containsExactly(path);
        assertThat(GgufPart.firstOf(path)).isEqualTo(path);
    }
}
