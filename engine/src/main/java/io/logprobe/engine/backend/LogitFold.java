package io.logprobe.engine.backend;

import io.logprobe.engine.plan.ScoringPlan;

/// Log-softmax and gather over tiles of the vocabulary, for one block of head rows at a time.
///
/// Keeps per row the running maximum and sum of exponentials in float32, the logits of the targets, and the most
/// probable token (the first one wins ties); the logits themselves are never stored beyond a tile.
public interface LogitFold extends Resource {

    /// Starts the head rows `first … first + count − 1` of a plan.
    void begin(ScoringPlan plan, int first, int count);

    /// Takes the logits of the tokens `firstToken … firstToken + logits.columns() − 1`; tiles come in ascending order.
    void tile(Matrix logits, int firstToken);

    /// Delivers the block.
    ///
    /// @param logprobs receives each prediction's log-probability, by its number in the plan
    /// @param greedy receives whether each prediction's target is the most probable token
    void end(double[] logprobs, boolean[] greedy);
}
