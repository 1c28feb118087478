package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A tiny model and the log-probabilities that Transformers computed for it. Its weights follow from a hash;
/// `family_fixtures.py` makes the file.
record FamilyFixture(JsonNode content) {

    private static final double TOKEN_TOLERANCE = 2e-4;
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<FamilyFixture> all() {
        return lines("family-fixtures.jsonl").stream().map(FamilyFixture::new).toList();
    }

    static FamilyFixture named(String name) {
        return all().stream()
                .filter(fixture -> fixture.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// What all of them score.
    static List<Example> examples() {
        return lines("family-rows.jsonl").stream()
                .map(row -> JsonLines.parse(row.toString(), "family-rows.jsonl"))
                .toList();
    }

    String name() {
        return content.get("name").textValue();
    }

    /// Writes a model folder with config.json, tokenizer.json and safetensors.
    void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), content.get("config").toString());
        Files.write(folder.resolve("tokenizer.json"), resource("byte-tokenizer.json"));
        Files.write(folder.resolve("model.safetensors"), weights(content.get("tensors")));
    }

    void assertAgrees(List<ScoredExample> results) {
        assertThat(results).hasSameSizeAs(examples());
        for (int i = 0; i < results.size(); i++) {
            JsonNode classes = content.get("logprobs").get(i);
            assertThat(results.get(i).tokenLogprobs()).hasSize(classes.size());
            for (int c = 0; c < classes.size(); c++) {
                JsonNode expected = classes.get(c);
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
        try (InputStream content = FamilyFixture.class.getResourceAsStream("/" + name)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
