package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.checkpoint.Mutation;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Thousands of changed `tokenizer.json`: each encodes, or is refused with a message. The native library would end the
/// process at some of them.
class TokenizerFuzzTest {

    private static final int MUTATIONS = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final List<String> STRINGS = List.of(
            "",
            "a",
            " ",
            "▁",
            "<s>",
            "</s>",
            "<unk>",
            "Ġ",
            "é",
            "first",
            "always",
            "never",
            "Isolated",
            "Removed",
            "MergedWithNext",
            "Contiguous",
            "BPE",
            "Unigram",
            "WordLevel",
            "ByteLevel",
            "Sequence",
            "Split",
            "Digits",
            "Metaspace",
            "Punctuation",
            "NFC",
            "NFKD",
            "Replace",
            "Strip",
            "StripAccents",
            "Lowercase",
            "Fuse",
            "ByteFallback",
            "Whitespace",
            "WhitespaceSplit",
            "[a-z]+",
            "\\p{L}+|\\s*",
            "(?=a)",
            "a|",
            "^",
            "\\G");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama2", "llama3", "gemma", "bloom", "falcon-7b-style"})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesChangedValues(String model) throws IOException {
        Path golden = golden(model);
        JsonNode original = JSON.readTree(golden.resolve("tokenizer.json").toFile());
        List<String> texts = new ArrayList<>();
        Golden.read(golden)
                .get("encode")
                .forEach(row -> texts.add(row.get("text").textValue()));
        Files.copy(golden.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
        Random random = new Random(23);
        int encoded = 0;

        for (int i = 0; i < MUTATIONS; i++) {
            JsonNode changed = original.deepCopy();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                change(changed, random);
            }
            Files.writeString(folder.resolve("tokenizer.json"), changed.toString());
            encoded += encodes(texts, i) ? 1 : 0;
        }

        assertThat(encoded).isBetween(MUTATIONS / 20, MUTATIONS - 1);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedGgufMetadata() throws IOException {
        byte[] sentencePiece = new GgufBuilder()
                .text("tokenizer.ggml.model", "llama")
                .texts("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "<0x0A>", "▁", "a", "b", "ab", "▁ab"))
                .int32s("tokenizer.ggml.token_type", List.of(2, 3, 3, 6, 1, 1, 1, 1, 1))
                .float32s("tokenizer.ggml.scores", List.of(0f, 0f, 0f, 0f, -3f, -4f, -5f, -1f, -2f))
                .uint32("tokenizer.ggml.bos_token_id", 1)
                .flag("tokenizer.ggml.add_bos_token", true)
                .build();
        byte[] byteLevel = new GgufBuilder()
                .text("tokenizer.ggml.model", "gpt2")
                .text("tokenizer.ggml.pre", "llama-bpe")
                .texts("tokenizer.ggml.tokens", List.of("<s>", "Ġ", "a", "b", "ab", "Ġab"))
                .int32s("tokenizer.ggml.token_type", List.of(3, 1, 1, 1, 1, 4))
                .texts("tokenizer.ggml.merges", List.of("a b", "Ġ ab"))
                .uint32("tokenizer.ggml.bos_token_id", 0)
                .build();

        for (byte[] file : List.of(sentencePiece, byteLevel)) {
            survivesDamage("model.gguf", file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.json", "merges.txt", "tokenizer_config.json"})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void survivesDamagedVocabularyFiles(String damaged) throws IOException {
        Path golden = golden("opt-125m-style");
        for (String name : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
            Files.copy(golden.resolve(name), folder.resolve(name));
        }
        survivesDamage(damaged, Files.readAllBytes(golden.resolve(damaged)));
    }

    private void survivesDamage(String name, byte[] file) throws IOException {
        Random random = new Random(5);
        int encoded = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Files.write(folder.resolve(name), new Mutation(random).of(file, file.length, 0));
            encoded += encodes(List.of("", "a b", "ab<s>ab\n東京😀"), i) ? 1 : 0;
        }
        assertThat(encoded).isBetween(1, MUTATIONS - 1);
    }

    private boolean encodes(List<String> texts, int mutation) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            tokenizer.encodeAll(texts, true);
            tokenizer.decode(tokenizer.encode(texts.getLast(), false), mutation % 2 == 0);
            tokenizer.decode(new int[] {0, 1, tokenizer.size(), Integer.MAX_VALUE, -1}, mutation % 2 == 0);
            return true;
        } catch (InvalidCheckpoint | UnsupportedModel e) {
            assertThat(e).hasMessageContaining(folder.toString());
            return false;
        } catch (RuntimeException e) {
            return fail("mutation " + mutation, e);
        }
    }

    private static Path golden(String model) {
        return Golden.folders().filter(path -> path.endsWith(model)).findFirst().orElseThrow();
    }

    /// Walks down to some node and changes one of its children.
    private static void change(JsonNode root, Random random) {
        JsonNode node = root;
        while (true) {
            List<JsonNode> below = new ArrayList<>();
            node.forEach(child -> {
                if (child.isContainerNode() && !child.isEmpty()) {
                    below.add(child);
                }
            });
            if (below.isEmpty() || random.nextInt(5) == 0) {
                break;
            }
            node = below.get(random.nextInt(below.size()));
        }
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            List<Map.Entry<String, JsonNode>> entries = List.copyOf(object.properties());
            Map.Entry<String, JsonNode> entry = entries.get(random.nextInt(entries.size()));
            JsonNode other = entries.get(random.nextInt(entries.size())).getValue();
            switch (random.nextInt(8)) {
                case 0 -> object.remove(entry.getKey());
                case 1 -> object.set(entry.getKey(), other.deepCopy());
                default -> object.set(entry.getKey(), value(entry.getValue(), random));
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            int index = random.nextInt(array.size());
            switch (random.nextInt(4)) {
                case 0 -> array.remove(index);
                case 1 -> array.add(array.get(index).deepCopy());
                default -> array.set(index, value(array.get(index), random));
            }
        }
    }

    /// Mostly of the same kind, so that the file stays plausible.
    private static JsonNode value(JsonNode old, Random random) {
        int choice = random.nextInt(10);
        if (choice == 0) {
            return NODES.nullNode();
        }
        if (choice == 1) {
            return NODES.numberNode(random.nextInt());
        }
        if (old.isTextual()) {
            return NODES.textNode(STRINGS.get(random.nextInt(STRINGS.size())));
        }
        if (old.isNumber()) {
            int[] numbers = {0, 1, -1, 2, 5, 100, 1000, 100_000, Integer.MAX_VALUE, old.intValue() + 1};
            return NODES.numberNode(numbers[random.nextInt(numbers.length)]);
        }
        if (old.isBoolean()) {
            return NODES.booleanNode(!old.booleanValue());
        }
        return old.isNull() ? NODES.textNode(STRINGS.get(random.nextInt(STRINGS.size()))) : old;
    }
}
