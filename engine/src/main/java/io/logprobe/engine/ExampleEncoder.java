package io.logprobe.engine;

import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.tokenizer.BosPolicy;
import io.logprobe.engine.tokenizer.EncodedPair;
import io.logprobe.engine.tokenizer.PairEncoder;
import io.logprobe.engine.tokenizer.PairEncoding;
import io.logprobe.engine.tokenizer.RejectedPair;
import io.logprobe.engine.tokenizer.TextPair;
import io.logprobe.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/// Turns examples into tokens, all at once.
///
/// @param maxLength tokens that the model takes
record ExampleEncoder(Tokenizer tokenizer, BosPolicy bos, int maxLength) {

    /// The pairs of each example, one per class.
    ///
    /// @throws InvalidInput naming example and class of a pair that cannot be scored
    List<List<EncodedPair>> encode(List<Example> examples) {
        List<TextPair> texts = new ArrayList<>();
        for (Example example : examples) {
            for (String completion : example.classes()) {
                texts.add(new TextPair(example.text(), completion));
            }
        }
        List<PairEncoding> encodings = new PairEncoder(tokenizer, bos, maxLength).encodeAll(texts);
        List<List<EncodedPair>> byExample = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < examples.size(); i++) {
            List<EncodedPair> pairs = new ArrayList<>();
            for (int c = 0; c < examples.get(i).classes().size(); c++) {
                pairs.add(
                        switch (encodings.get(next++)) {
                            case EncodedPair pair -> pair;
                            case RejectedPair(String reason) ->
                                throw new InvalidInput("example " + i + ", classes[" + c + "]: " + reason);
                        });
            }
            byExample.add(pairs);
        }
        return byExample;
    }
}
