package io.logprobe.engine.cli.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A model of an OPT's shape with random weights, as a folder that is read like any other. All its tensors are views of
/// one array of random values, as large as the largest of them, so a model of 131 GB takes 0.7 GB of disk.
record SyntheticOpt(String name, int layers, int hidden, int heads, int vocabulary) {

    private static final int OPT_VOCABULARY = 50_272;

    static final SyntheticOpt OPT_6_7B = new SyntheticOpt("opt-6.7b", 32, 4096, 32, OPT_VOCABULARY);
    static final SyntheticOpt OPT_13B = new SyntheticOpt("opt-13b", 40, 5120, 40, OPT_VOCABULARY);
    static final SyntheticOpt OPT_66B = new SyntheticOpt("opt-66b", 64, 9216, 72, OPT_VOCABULARY);
    static final SyntheticOpt TINY = new SyntheticOpt("tiny", 2, 64, 4, 600);

    static final int POSITIONS = 2048;
    private static final int MOST_WORDS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Multiplications and additions per row, without attention and head.
    double flopsPerRow() {
        return 24.0 * layers * hidden * hidden;
    }

    double flopsPerHeadRow() {
        return 2.0 * vocabulary * hidden;
    }

    /// Bytes of the weights as bfloat16.
    double bytes() {
        return 2.0 * (12.0 * layers * hidden * hidden + (double) vocabulary * hidden);
    }

    /// Writes the folder unless it is there.
    Path write(Path work) throws IOException {
        Path folder = work.resolve(name);
        if (Files.exists(folder.resolve("tokenizer_config.json"))) {
            return folder;
        }
        Files.createDirectories(folder);
        SharedStorageCheckpoint.write(folder.resolve("pytorch_model.bin"), tensors());
        Files.writeString(folder.resolve("config.json"), config().toString());
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer().toString());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\":\"PreTrainedTokenizerFast\"}");
        return folder;
    }

    private Map<String, int[]> tensors() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("model.decoder.embed_tokens.weight", new int[] {vocabulary, hidden});
        shapes.put("model.decoder.embed_positions.weight", new int[] {POSITIONS + 2, hidden});
        linearOrNorm(shapes, "model.decoder.final_layer_norm", hidden);
        for (int i = 0; i < layers; i++) {
            String layer = "model.decoder.layers." + i + ".";
            for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                linearOrNorm(shapes, layer + "self_attn." + projection, hidden, hidden);
            }
            linearOrNorm(shapes, layer + "self_attn_layer_norm", hidden);
            linearOrNorm(shapes, layer + "final_layer_norm", hidden);
            linearOrNorm(shapes, layer + "fc1", 4 * hidden, hidden);
            linearOrNorm(shapes, layer + "fc2", hidden, 4 * hidden);
        }
        return shapes;
    }

    private static void linearOrNorm(Map<String, int[]> shapes, String name, int... shape) {
        shapes.put(name + ".weight", shape);
        shapes.put(name + ".bias", new int[] {shape[0]});
    }

    /// Tokens that texts are made of.
    private int words() {
        return Math.min(MOST_WORDS, vocabulary);
    }

    private ObjectNode config() {
        return JSON.createObjectNode()
                .put("model_type", "opt")
                .put("hidden_size", hidden)
                .put("word_embed_proj_dim", hidden)
                .put("ffn_dim", 4 * hidden)
                .put("num_hidden_layers", layers)
                .put("num_attention_heads", heads)
                .put("max_position_embeddings", POSITIONS)
                .put("vocab_size", vocabulary)
                .put("do_layer_norm_before", true)
                .put("activation_function", "relu")
                .put("tie_word_embeddings", true)
                .put("bos_token_id", 0)
                .put("eos_token_id", 0);
    }

    /// Every word is one token.
    private ObjectNode tokenizer() {
        ObjectNode numbers = JSON.createObjectNode().put("<unk>", 0);
        for (int i = 1; i < words(); i++) {
            numbers.put("w" + i, i);
        }
        ObjectNode model = JSON.createObjectNode().put("type", "WordLevel");
        model.set("vocab", numbers);
        model.put("unk_token", "<unk>");
        ObjectNode tokenizer = JSON.createObjectNode().put("version", "1.0");
        tokenizer.putNull("truncation").putNull("padding");
        tokenizer.set("added_tokens", specialToken());
        tokenizer.putNull("normalizer");
        tokenizer.set("pre_tokenizer", JSON.createObjectNode().put("type", "WhitespaceSplit"));
        tokenizer.putNull("post_processor").putNull("decoder");
        tokenizer.set("model", model);
        return tokenizer;
    }

    private static ArrayNode specialToken() {
        return JSON.createArrayNode()
                .add(JSON.createObjectNode()
                        .put("id", 0)
                        .put("content", "<unk>")
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true));
    }

    /// The same after a header of so many words that all share, as examples of a task are put before a question.
    List<Example> fewShotExamples(int count, int headerWords) {
        Random random = new Random(4);
        StringBuilder header = new StringBuilder();
        for (int word = 0; word < headerWords; word++) {
            header.append('w').append(1 + random.nextInt(words() - 1)).append(' ');
        }
        return examples(count).stream()
                .map(example -> new Example(header + example.text(), example.classes(), example.target()))
                .toList();
    }

    /// Sentences of 25 words with two endings of three, of which the last word differs: the shape of WinoBias.
    List<Example> examples(int count) {
        Random random = new Random(3);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 22; word++) {
                text.append(word == 0 ? "" : " ").append('w').append(1 + random.nextInt(words() - 1));
            }
            String shared = " w" + (1 + random.nextInt(words() - 1)) + " w" + (1 + random.nextInt(words() - 1));
            examples.add(new Example(
                    text.toString(),
                    List.of(
                            shared + " w" + (1 + random.nextInt(words() / 2)),
                            shared + " w" + (words() / 2 + 1 + random.nextInt(words() / 2 - 1))),
                    null));
        }
        return examples;
    }
}
