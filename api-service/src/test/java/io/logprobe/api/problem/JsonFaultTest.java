package io.logprobe.api.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFaultTest {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(2)
                            .maxNumberLength(5)
                            .maxStringLength(5)
                            .maxNameLength(5)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            {'a': 1            | line 1, column 8: it ends within a value
            {'a':              | line 1, column 6: it ends within a value
            {'a': 'b           | line 1, column 9: it ends within a value
            {'a': 1, 'a': 2}   | line 1, column 13: field 'a' is there twice
            {'a': 1} {}        | line 1, column 10: something follows the value
            [1]]               | line 1, column 4: unexpected ']'
            {'a': 01}          | line 1, column 8: a number that is written wrongly
            {'a' 1}            | line 1, column 6: unexpected '1'
            {a: 1}             | line 1, column 2: unexpected 'a'
            {'a': yes}         | line 1, column 7: 'yes' is no value
            [[[1]]]            | values are nested too deeply
            {'a': 1234567}     | a number is too long
            {'a': '1234567'}   | a text is too long
            """)
    void placeAndOffenceAreNamedInWordsOfOurs(String json, String description) {
        assertThat(describe(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(description);
    }

    @Test
    void lineIsCounted() {
        assertThat(describe("{\n  \"a\": nope\n}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("line 2, column 8: 'nope' is no value");
    }

    @Test
    void bytesThatAreNotUtf8AreNamed() {
        assertThat(describe(new byte[] {'"', (byte) 0xC3, '(', '"'})).endsWith("it is not UTF-8");
    }

    @Test
    void controlCharactersStayOnOneLine() {
        assertThat(describe("{\"a\": \"\n\"}".getBytes(StandardCharsets.UTF_8)))
                .hasLineCount(1)
                .endsWith("a control character");
    }

    private static String describe(byte[] json) {
        return JsonFault.describe(catchThrowableOfType(JsonProcessingException.class, () -> JSON.readTree(json)));
    }
}
