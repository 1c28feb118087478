package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PythonWhitespaceTest {

    /// What `[c for c in range(0x110000) if chr(c).isspace()]` prints.
    private static final List<Integer> PYTHON = List.of(
            9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200,
            8201, 8202, 8232, 8233, 8239, 8287, 12288);

    @Test
    void knowsPythonsCharactersAndNoOthers() {
        List<Integer> ours = IntStream.rangeClosed(0, Character.MAX_VALUE)
                .filter(c -> PythonWhitespace.isSpace((char) c))
                .boxed()
                .toList();

        assertThat(ours).isEqualTo(PYTHON);
    }

    @Test
    void stripsOnlyTheEnd() {
        assertThat(PythonWhitespace.strippedLength(" a \u0085\u3000\t")).isEqualTo(2);
        assertThat(PythonWhitespace.strippedLength(" \n")).isZero();
        assertThat(PythonWhitespace.strippedLength("a\u200b")).isEqualTo(2);
    }
}
