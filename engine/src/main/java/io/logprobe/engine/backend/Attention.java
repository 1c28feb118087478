package io.logprobe.engine.backend;

/// Causal attention of every row over the keys of its ancestors and itself.
///
/// `score(i, j) = cap(scale · q_i·k_j) + bias[head][position_j] − bias[head][position_i]`, then a softmax over the
/// visible `j`, taken in ascending position. Query head `h` reads key head `h / (heads / keyHeads)`.
///
/// @param softcap `cap(s) = softcap · tanh(s / softcap)`; 0 for none
/// @param window a key is visible if `position_i − position_j < window`; [Integer#MAX_VALUE] for all
/// @param positionBias `[heads][positions]`, or null
public record Attention(
        int heads, int keyHeads, int headDim, float scale, float softcap, int window, Matrix positionBias) {}
