package io.logprobe.engine.tokenizer;

import io.logprobe.engine.failure.InvalidInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Turns pairs of texts into tokens exactly as lm-evaluation-harness does (`_encode_pair` and its surroundings in
/// `lm_eval/api/model.py` and `models/huggingface.py`, 0.4.13).
///
/// Every distinct text of a batch is tokenised once, on all cores.
public final class PairEncoder {

    private final Tokenizer tokenizer;
    private final BosPolicy bos;
    private final int maxLength;
    private final OptionalInt prefix;
    private final String prefixText;

    /// Encodes for one model.
    ///
    /// @param maxLength longest input of the model
    public PairEncoder(Tokenizer tokenizer, BosPolicy bos, int maxLength) {
        if (maxLength < 1) {
            throw new InvalidInput("maximum length must be positive, not " + maxLength);
        }
        this.tokenizer = tokenizer;
        this.bos = bos;
        this.maxLength = maxLength;
        this.prefix = tokenizer.prefixId();
        this.prefixText = prefix.isPresent() ? tokenizer.decode(new int[] {prefix.getAsInt()}, false) : null;
    }

    /// Encodes one pair.
    ///
    /// @throws InvalidInput when it cannot be scored
    public EncodedPair encode(String context, String continuation) {
        return encodeAll(List.of(new TextPair(context, continuation)))
                .getFirst()
                .orThrow();
    }

    /// Encodes all pairs, in their order.
    public List<PairEncoding> encodeAll(List<TextPair> pairs) {
        Texts plain = new Texts();
        Texts whole = new Texts();
        List<TextPair> moved = new ArrayList<>(pairs.size());
        for (TextPair pair : pairs) {
            TextPair split = pair.context().isEmpty() ? pair : moveTrailingSpace(pair);
            moved.add(split);
            if (pair.context().isEmpty()) {
                plain.add(pair.continuation());
            } else {
                whole.add(split.context());
                whole.add(split.context() + split.continuation());
            }
        }
        List<int[]> continuations = tokenizer.encodeAll(plain.distinct, false);
        List<int[]> wholes = encodeWithPolicy(whole.distinct);
        List<PairEncoding> encodings = new ArrayList<>(pairs.size());
        for (int i = 0; i < pairs.size(); i++) {
            TextPair split = moved.get(i);
            encodings.add(
                    pairs.get(i).context().isEmpty()
                            ? afterPrefix(continuations.get(plain.indexOf(split.continuation())))
                            : split(
                                    wholes.get(whole.indexOf(split.context())),
                                    wholes.get(whole.indexOf(split.context() + split.continuation()))));
        }
        return encodings;
    }

    private static TextPair moveTrailingSpace(TextPair pair) {
        String context = pair.context();
        int end = PythonWhitespace.strippedLength(context);
        return end == context.length()
                ? pair
                : new TextPair(context.substring(0, end), context.substring(end) + pair.continuation());
    }

    private List<int[]> encodeWithPolicy(List<String> texts) {
        Texts special = new Texts();
        Texts raw = new Texts();
        for (String text : texts) {
            (addsSpecialTokens(text) ? special : raw).add(text);
        }
        List<int[]> specialIds = tokenizer.encodeAll(special.distinct, true);
        List<int[]> rawIds = tokenizer.encodeAll(raw.distinct, false);
        return texts.stream()
                .map(text -> addsSpecialTokens(text)
                        ? specialIds.get(special.indexOf(text))
                        : withBos(text, rawIds.get(raw.indexOf(text))))
                .toList();
    }

    private boolean addsSpecialTokens(String text) {
        return bos == BosPolicy.TOKENIZER && !startsWithPrefix(text);
    }

    private int[] withBos(String text, int[] ids) {
        if (bos != BosPolicy.ALWAYS || startsWithPrefix(text)) {
            return ids;
        }
        int[] longer = new int[ids.length + 1];
        longer[0] = requirePrefix();
        System.arraycopy(ids, 0, longer, 1, ids.length);
        return longer;
    }

    private boolean startsWithPrefix(String text) {
        return prefixText != null && text.startsWith(prefixText);
    }

    private int requirePrefix() {
        return prefix.orElseThrow(() -> new InvalidInput(
                "the tokenizer declares neither a beginning- nor an end-of-sequence token to put before a text"));
    }

    /// An empty prompt is replaced by the prefix token, unless the text brings it along.
    private PairEncoding afterPrefix(int[] ids) {
        if (ids.length == 0) {
            return new RejectedPair("empty continuation");
        }
        int token = requirePrefix();
        return ids[0] == token
                ? fit(new int[] {token}, Arrays.copyOfRange(ids, 1, ids.length), false)
                : fit(new int[] {token}, ids, false);
    }

    private PairEncoding split(int[] context, int[] whole) {
        int[] continuation = Arrays.copyOfRange(whole, Math.min(context.length, whole.length), whole.length);
        boolean mismatch =
                context.length > whole.length || !Arrays.equals(context, 0, context.length, whole, 0, context.length);
        return fit(context, continuation, mismatch);
    }

    private PairEncoding fit(int[] context, int[] continuation, boolean mismatch) {
        if (context.length == 0) {
            return new RejectedPair("empty context");
        }
        if (continuation.length == 0) {
            return new RejectedPair("empty continuation");
        }
        if (continuation.length > maxLength) {
            return new RejectedPair("continuation of " + continuation.length
                    + " tokens is longer than the model's maximum of " + maxLength);
        }
        int total = context.length + continuation.length;
        int start = Math.max(0, total - (maxLength + 1));
        int[] input = new int[total - 1 - start];
        int fromContext = Math.max(0, Math.min(context.length - start, input.length));
        System.arraycopy(context, start, input, 0, fromContext);
        System.arraycopy(continuation, 0, input, fromContext, input.length - fromContext);
        return new EncodedPair(context, continuation, input, start > 0, mismatch);
    }

    /// Distinct texts in the order of their first appearance.
    private static final class Texts {

        private final Map<String, Integer> indices = new HashMap<>();
        private final List<String> distinct = new ArrayList<>();

        void add(String text) {
            if (indices.putIfAbsent(text, distinct.size()) == null) {
                distinct.add(text);
            }
        }

        int indexOf(String text) {
            return indices.get(text);
        }
    }
}
