package io.logprobe.engine.model.family;

import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.RowSelection;

/// The three projections before attention, in one of the layouts that checkpoints have.
record QueryKeyValue(LinearRef query, LinearRef key, LinearRef value) {

    /// Tensors `q_proj`, `k_proj` and `v_proj`.
    static QueryKeyValue separate(String attention, Heads heads, int hidden, boolean bias) {
        return new QueryKeyValue(
                LinearRef.of(attention + "q_proj", heads.queryWidth(), hidden, bias),
                LinearRef.of(attention + "k_proj", heads.keyWidth(), hidden, bias),
                LinearRef.of(attention + "v_proj", heads.keyWidth(), hidden, bias));
    }

    /// One tensor: all queries, then all keys, then all values.
    static QueryKeyValue consecutive(LinearRef fused, Heads heads) {
        int q = heads.queryWidth();
        int k = heads.keyWidth();
        return new QueryKeyValue(
                fused.select(RowSelection.run(0, q)),
                fused.select(RowSelection.run(q, k)),
                fused.select(RowSelection.run(q + k, k)));
    }

    /// One tensor: for each key head its queries, its key and its value. `[head, 3, d]` where every query has a key of
    /// its own.
    static QueryKeyValue grouped(LinearRef fused, Heads heads) {
        int d = heads.dim();
        int q = heads.query() / heads.key() * d;
        int stride = q + 2 * d;
        return new QueryKeyValue(
                fused.select(RowSelection.every(0, q, stride, heads.key())),
                fused.select(RowSelection.every(q, d, stride, heads.key())),
                fused.select(RowSelection.every(q + d, d, stride, heads.key())));
    }

    /// Outputs of a tensor that holds all three.
    static int fusedWidth(Heads heads) {
        return heads.queryWidth() + 2 * heads.keyWidth();
    }
}
