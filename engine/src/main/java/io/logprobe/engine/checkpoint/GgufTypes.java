package io.logprobe.engine.checkpoint;

import java.util.Map;

/// Names of the tensor types of GGUF that are not read, so that a refusal can say what a file has.
final class GgufTypes {

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(9, "Q8_1"),
            Map.entry(15, "Q8_K"),
            Map.entry(16, "IQ2_XXS"),
            Map.entry(17, "IQ2_XS"),
            Map.entry(18, "IQ3_XXS"),
            Map.entry(19, "IQ1_S"),
            Map.entry(21, "IQ3_S"),
            Map.entry(22, "IQ2_S"),
            Map.entry(29, "IQ1_M"),
            Map.entry(34, "TQ1_0"),
            Map.entry(35, "TQ2_0"),
            Map.entry(40, "NVFP4"),
            Map.entry(41, "Q1_0"));

    private GgufTypes() {}

    static String name(int number) {
        return NAMES.getOrDefault(number, "type " + Integer.toUnsignedString(number));
    }
}
