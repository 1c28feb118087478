package io.logprobe.engine.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// What happens to a text before and after byte-pair encoding, in the terms of `tokenizer.json`. The patterns are
/// those of the models that the names stand for.
///
/// @param ignoreMerges whether a word that is in the vocabulary is taken as it is
/// @param byteFallback whether an unknown character becomes tokens of its bytes
record TextSplitting(
        String normalizer, String preTokenizer, String decoder, boolean ignoreMerges, boolean byteFallback) {

    private static final String NOTHING = "null";
    private static final String LETTERS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String REST = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
    private static final String REST_OR_SLASH = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES;

    static TextSplitting gpt2(boolean addPrefixSpace) {
        return byteLevel(NOTHING, byteLevelPattern(addPrefixSpace), false);
    }

    /// Digits one by one, then GPT-2's pattern.
    static TextSplitting smollm(boolean addPrefixSpace) {
        ObjectNode digits = typed("Digits").put("individual_digits", true);
        return byteLevel(NOTHING, sequence(digits, byteLevelPattern(addPrefixSpace)), false);
    }

    /// Up to three digits together.
    static TextSplitting llama3() {
        return byteLevel(NOTHING, sequence(split(LETTERS + "\\p{N}{1,3}" + REST), byteLevelOnly()), true);
    }

    /// Digits one by one, after canonical composition.
    static TextSplitting qwen2() {
        return byteLevel(NOTHING, sequence(split(LETTERS + "\\p{N}" + REST), byteLevelOnly()), false)
                .composed();
    }

    /// Mistral Nemo: words also end before a capital letter, digits one by one.
    static TextSplitting tekken() {
        return byteLevel(NOTHING, sequence(split(cased("") + "\\p{N}" + REST_OR_SLASH), byteLevelOnly()), true);
    }

    /// GPT-4o: words also end before a capital letter, up to three digits together.
    static TextSplitting gpt4o() {
        String pattern = cased("(?i:'s|'t|'re|'ve|'m|'ll|'d)?") + "\\p{N}{1,3}" + REST_OR_SLASH;
        return byteLevel(NOTHING, sequence(split(pattern), byteLevelOnly()), false);
    }

    /// Small letters with capitals before them, or capitals with small ones behind.
    private static String cased(String ending) {
        String start = "[^\\r\\n\\p{L}\\p{N}]?";
        String large = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
        String small = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
        return start + large + "*" + small + "+" + ending + "|" + start + large + "+" + small + "*" + ending + "|";
    }

    /// Punctuation apart, then GPT-2's pattern, then three digits together from the left.
    static TextSplitting falcon() {
        return byteLevel(
                NOTHING,
                sequence(
                        typed("Punctuation").put("behavior", "Contiguous"),
                        byteLevelPattern(false),
                        typed("Digits").put("individual_digits", false),
                        split("[0-9][0-9][0-9]")),
                false);
    }

    /// Spaces and punctuation of many languages.
    static TextSplitting bloom() {
        return byteLevel(NOTHING, sequence(split(" ?[^(\\s|[.,!?…。，、।۔،])]+"), byteLevelOnly()), false);
    }

    /// The same after canonical composition.
    TextSplitting composed() {
        return new TextSplitting(typed("NFC").toString(), preTokenizer, decoder, ignoreMerges, byteFallback);
    }

    /// SentencePiece's treatment of spaces.
    static TextSplitting sentencePiece(boolean addPrefixSpace) {
        ObjectNode spaces = typed("Replace").put("content", "▁");
        spaces.putObject("pattern").put("String", " ");
        ObjectNode normalizer = addPrefixSpace
                ? list("normalizers", typed("Prepend").put("prepend", "▁"), spaces)
                : list("normalizers", spaces);
        ObjectNode marks = typed("Replace").put("content", " ");
        marks.putObject("pattern").put("String", "▁");
        ObjectNode strip = typed("Strip").put("content", " ").put("start", addPrefixSpace ? 1 : 0);
        ObjectNode decoder = list("decoders", marks, typed("ByteFallback"), typed("Fuse"), strip.put("stop", 0));
        return new TextSplitting(normalizer.toString(), NOTHING, decoder.toString(), false, true);
    }

    private static TextSplitting byteLevel(String normalizer, ObjectNode preTokenizer, boolean ignoreMerges) {
        String decoder = byteLevelPattern(true).toString();
        return new TextSplitting(normalizer, preTokenizer.toString(), decoder, ignoreMerges, false);
    }

    private static ObjectNode byteLevelPattern(boolean addPrefixSpace) {
        return typed("ByteLevel")
                .put("add_prefix_space", addPrefixSpace)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static ObjectNode byteLevelOnly() {
        return byteLevelPattern(false).put("use_regex", false);
    }

    private static ObjectNode split(String regex) {
        ObjectNode split = typed("Split").put("behavior", "Isolated").put("invert", false);
        split.putObject("pattern").put("Regex", regex);
        return split;
    }

    private static ObjectNode sequence(ObjectNode... steps) {
        return list("pretokenizers", steps);
    }

    private static ObjectNode list(String field, ObjectNode... steps) {
        ObjectNode sequence = typed("Sequence");
        for (ObjectNode step : steps) {
            sequence.withArray(field).add(step);
        }
        return sequence;
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
