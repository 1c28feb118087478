package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.UnsupportedModel;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// All supported families.
public final class Families {

    private static final List<Family> ALL = List.of(
            new Arcee(),
            new Bloom(),
            new CodeGen(),
            new Cohere(),
            new Cohere2(),
            new Ernie45(),
            new Exaone4(),
            new Falcon(),
            new Gemma(),
            new Gemma2(),
            new Gemma3(),
            new Glm(),
            new Gpt2(),
            new GptBigCode(),
            new GptJ(),
            new GptNeo(),
            new GptNeoX(),
            new Granite(),
            new GraniteMoe(),
            new Helium(),
            new Llama(),
            new Mistral(),
            new Mixtral(),
            new Mpt(),
            new Nemotron(),
            new Olmo(),
            new Olmo2(),
            new Olmo3(),
            new Olmoe(),
            new Opt(),
            new Phi(),
            new Phi3(),
            new Qwen2(),
            new Qwen2Moe(),
            new Qwen3(),
            new Qwen3Moe(),
            new SeedOss(),
            new SmolLm3(),
            new StableLm(),
            new Starcoder2());

    private static final int SUGGESTIONS = 3;

    private Families() {}

    public static List<Family> all() {
        return ALL;
    }

    /// The family of a model.
    ///
    /// @throws UnsupportedModel for quantised weights, or naming the `model_type` and the nearest supported ones
    public static Family of(ModelConfig config) {
        if (config.has("quantization_config")) {
            throw config.unsupported(
                    "quantization_config", "is not supported: take the model's unquantised weights, or a GGUF file");
        }
        String modelType = config.modelType();
        return ALL.stream()
                .filter(family -> family.modelTypes().contains(modelType))
                .findFirst()
                .orElseThrow(() -> new UnsupportedModel("config.json: model_type '" + modelType
                        + "' is not supported; the nearest supported ones are " + nearest(modelType)));
    }

    private static String nearest(String modelType) {
        return ALL.stream()
                .flatMap(family -> family.modelTypes().stream())
                .sorted(Comparator.comparingInt((String supported) -> distance(modelType, supported))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SUGGESTIONS)
                .collect(Collectors.joining(", "));
    }

    /// Levenshtein distance.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
