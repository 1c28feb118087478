package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.checkpoint.TensorInfo;
import io.logprobe.engine.failure.InvalidCheckpoint;

/// What a family may ask of a checkpoint: exports of one model differ in the tensors they have and in their names.
public interface Tensors {

    boolean has(String name);

    /// First dimension of a tensor, at most [ModelConfig#MAX_SIZE].
    int rows(String name);

    /// Whether two tensors that exist hold the same values.
    boolean equal(String a, String b);

    static Tensors of(Checkpoint checkpoint) {
        return new Tensors() {
            @Override
            public boolean has(String name) {
                return checkpoint.has(name);
            }

            @Override
            public int rows(String name) {
                TensorInfo info = checkpoint.info(name);
                if (info.rows() < 1 || info.rows() > ModelConfig.MAX_SIZE) {
                    throw new InvalidCheckpoint(info.file() + ": tensor '" + name + "' has shape " + info.shape());
                }
                return (int) info.rows();
            }

            @Override
            public boolean equal(String a, String b) {
                return checkpoint.equal(a, b);
            }
        };
    }
}
