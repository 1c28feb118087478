package io.logprobe.engine.plan;

/// One model input and the tokens it must predict with its last positions.
///
/// @param input token ids fed to the model, position 0 first
/// @param targets the `targets.length` last positions of `input` predict these, in order
/// @param group sequences of different groups share no computation (0 unless the model treats lengths differently)
@SuppressWarnings("ArrayRecordComponent")
public record Sequence(int[] input, int[] targets, int group) {

    public Sequence {
        if (targets.length == 0 || targets.length > input.length) {
            throw new IllegalArgumentException(targets.length + " targets for an input of " + input.length + " tokens");
        }
    }
}
