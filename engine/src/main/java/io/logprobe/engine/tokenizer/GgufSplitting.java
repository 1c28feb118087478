package io.logprobe.engine.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a byte-level tokenizer splits texts, by the names that `tokenizer.ggml.pre` has for it. Each stands for the
/// `tokenizer.json` of some models; a name that is not here is refused, since a wrong split gives wrong tokens
/// silently.
enum GgufSplitting {
    GPT_2,

    /// GPT-NeoX and its descendants.
    COMPOSED_GPT_2,
    DIGITS,
    COMPOSED_DIGITS,
    LLAMA_3,

    /// As Llama 3, with no token in front.
    LLAMA_3_BARE,
    QWEN_2,
    TEKKEN,
    GPT_4O,
    FALCON,
    BLOOM;

    private List<String> names() {
        return switch (this) {
            case GPT_2 -> List.of("gpt-2", "phi-2");
            case COMPOSED_GPT_2 -> List.of("mpt", "olmo");
            case DIGITS -> List.of("smollm", "starcoder", "refact");
            case COMPOSED_DIGITS -> List.of("command-r");
            case LLAMA_3 -> List.of("llama-bpe", "llama3", "llama-v3");
            case LLAMA_3_BARE -> List.of("smaug-bpe", "dbrx");
            case QWEN_2 -> List.of("qwen2", "deepseek-r1-qwen");
            case TEKKEN -> List.of("tekken");
            case GPT_4O -> List.of("gpt-4o");
            case FALCON -> List.of("falcon");
            case BLOOM -> List.of("bloom");
        };
    }

    static Optional<GgufSplitting> find(String name) {
        return Arrays.stream(values())
                .filter(splitting -> splitting.names().contains(name))
                .findFirst();
    }

    /// All names, in alphabetical order, for people.
    static String known() {
        return Arrays.stream(values())
                .flatMap(splitting -> splitting.names().stream())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /// Whether the token for the beginning is put before every text where a file does not say.
    boolean beginningByDefault() {
        return this == LLAMA_3 || this == TEKKEN;
    }

    TextSplitting splitting(boolean addPrefixSpace) {
        return switch (this) {
            case GPT_2 -> TextSplitting.gpt2(addPrefixSpace);
            case COMPOSED_GPT_2 -> TextSplitting.gpt2(addPrefixSpace).composed();
            case DIGITS -> TextSplitting.smollm(addPrefixSpace);
            case COMPOSED_DIGITS -> TextSplitting.smollm(addPrefixSpace).composed();
            case LLAMA_3, LLAMA_3_BARE -> TextSplitting.llama3();
            case QWEN_2 -> TextSplitting.qwen2();
            case TEKKEN -> TextSplitting.tekken();
            case GPT_4O -> TextSplitting.gpt4o();
            case FALCON -> TextSplitting.falcon();
            case BLOOM -> TextSplitting.bloom();
        };
    }
}
