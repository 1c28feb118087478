package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.backend.BackendChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Families without a reference model, and options that no reference model has, against log-probabilities that
/// Transformers computed. The models are tiny, their weights follow from a hash; `family_fixtures.py` makes the file.
class FamilyFixtureTest {

    private static final double TOKEN_TOLERANCE = 2e-4;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    static Stream<Named<JsonNode>> fixtures() {
        return lines("family-fixtures.jsonl").stream()
                .map(fixture -> Named.of(fixture.get("name").textValue(), fixture));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void agreesWithTransformers(JsonNode fixture) throws IOException {
        Files.writeString(folder.resolve("config.json"), fixture.get("config").toString());
        Files.write(folder.resolve("tokenizer.json"), resource("byte-tokenizer.json"));
        Files.write(folder.resolve("model.safetensors"), weights(fixture.get("tensors")));
        List<Example> examples = lines("family-rows.jsonl").stream()
                .map(row -> JsonLines.parse(row.toString(), "family-rows.jsonl"))
                .toList();

        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(folder, EngineOptions.DEFAULT.withBackend(BackendChoice.CPU))) {
            scorer.score(examples, results::addAll);
        }

        for (int i = 0; i < examples.size(); i++) {
            for (int c = 0; c < examples.get(i).classes().size(); c++) {
                JsonNode expected = fixture.get("logprobs").get(i).get(c);
                List<Double> actual = results.get(i).tokenLogprobs().get(c);
                assertThat(actual).hasSize(expected.size());
                for (int t = 0; t < actual.size(); t++) {
                    assertThat(actual.get(t))
                            .as("row %d class %d token %d", i, c, t)
                            .isCloseTo(expected.get(t).doubleValue(), within(TOKEN_TOLERANCE));
                }
            }
        }
    }

    /// A safetensors file of tensors that are listed as name, shape, middle and spread.
    private static byte[] weights(JsonNode tensors) {
        ObjectNode header = JSON.createObjectNode();
        int bytes = 0;
        for (JsonNode tensor : tensors) {
            int end = bytes + elements(tensor) * Float.BYTES;
            ObjectNode entry = header.putObject(tensor.get(0).textValue());
            entry.put("dtype", "F32").set("shape", tensor.get(1));
            entry.putArray("data_offsets").add(bytes).add(end);
            bytes = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + json.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (int number = 0; number < tensors.size(); number++) {
            double middle = tensors.get(number).get(2).doubleValue();
            double spread = tensors.get(number).get(3).doubleValue();
            for (int i = 0; i < elements(tensors.get(number)); i++) {
                file.putFloat((float) (middle + spread * hashed(number, i)));
            }
        }
        return file.array();
    }

    private static int elements(JsonNode tensor) {
        int elements = 1;
        for (JsonNode dimension : tensor.get(1)) {
            elements *= dimension.intValue();
        }
        return elements;
    }

    /// Between -1 and 1.
    private static double hashed(int tensor, int element) {
        int x = element + tensor * 0x9E3779B1;
        x ^= x >>> 16;
        x *= 0x7FEB352D;
        x ^= x >>> 15;
        x *= 0x846CA68B;
        x ^= x >>> 16;
        return Integer.toUnsignedLong(x) / 0x1p31 - 1;
    }

    private static List<JsonNode> lines(String name) {
        return new String(resource(name), StandardCharsets.UTF_8)
                .lines()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private static byte[] resource(String name) {
        try (InputStream content = FamilyFixtureTest.class.getResourceAsStream("/" + name)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
