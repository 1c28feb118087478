package io.logprobe.engine.tokenizer;

/// A pair as the model sees it. The arrays are not copied: do not change them; equal contexts share one array.
///
/// @param context tokens of the prompt, before truncation; never empty
/// @param continuation tokens whose log-probabilities are asked for; never empty
/// @param input what the model reads: the last `maxLength + 1` tokens of both, without the very last
/// @param truncated whether tokens of the context were cut off on the left
/// @param boundaryMismatch whether the tokens of the joined text are other ones, because one spans the boundary
@SuppressWarnings("ArrayRecordComponent")
public record EncodedPair(int[] context, int[] continuation, int[] input, boolean truncated, boolean boundaryMismatch)
        implements PairEncoding {}
