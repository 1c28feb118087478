package io.logprobe.engine;

import io.logprobe.engine.model.ModelCosts;
import io.logprobe.engine.plan.ScoringPlan;
import io.logprobe.engine.plan.TokenTrie;

/// Floating-point operations of one pass by its steps: embedding, layers, head parts. Only what no implementation
/// could leave out is counted: products of distinct rows, attention to visible keys, the head of the rows that
/// predict.
@SuppressWarnings("ArrayRecordComponent")
record Workload(double[] done) {

    static Workload of(ModelCosts costs, ScoringPlan plan, int headParts) {
        TokenTrie trie = plan.trie();
        double attended = 0;
        for (int row = 0; row < trie.rows(); row++) {
            attended += trie.position(row) + 1;
        }
        int layers = costs.layers();
        double[] done = new double[1 + layers + headParts];
        for (int layer = 0; layer < layers; layer++) {
            done[layer + 1] = done[layer]
                    + (double) costs.layerFlops(layer) * trie.rows()
                    + costs.attentionFlops(layer) * attended;
        }
        double head = (double) costs.headFlops() * plan.headRowCount();
        for (int part = 1; part <= headParts; part++) {
            done[layers + part] = done[layers] + head * part / headParts;
        }
        return new Workload(done);
    }

    double total() {
        return done[done.length - 1];
    }

    /// Operations of the first `steps` steps.
    double after(int steps) {
        return done[steps - 1];
    }
}
