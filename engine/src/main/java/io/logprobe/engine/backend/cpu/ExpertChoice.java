package io.logprobe.engine.backend.cpu;

import java.lang.foreign.ValueLayout;

/// Routing of one row to its experts, in double: it is a few numbers per row.
final class ExpertChoice {

    private ExpertChoice() {}

    static void choose(NativeMatrix logits, int row, int topK, boolean renormalise, int[] experts, float[] weights) {
        double[] powers = new double[logits.columns()];
        double max = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < powers.length; e++) {
            powers[e] = logits.data().get(ValueLayout.JAVA_FLOAT, logits.row(row) + (long) e * Float.BYTES);
            max = Math.max(max, powers[e]);
        }
        double all = 0;
        for (int e = 0; e < powers.length; e++) {
            powers[e] = Math.exp(powers[e] - max);
            all += powers[e];
        }
        double chosen = 0;
        for (int n = 0; n < topK; n++) {
            int best = 0;
            for (int e = 1; e < powers.length; e++) {
                best = powers[e] > powers[best] ? e : best;
            }
            experts[row * topK + n] = best;
            weights[row * topK + n] = (float) (powers[best] / all);
            chosen += powers[best] / all;
            powers[best] = -1;
        }
        if (renormalise) {
            for (int n = 0; n < topK; n++) {
                weights[row * topK + n] = (float) (weights[row * topK + n] / chosen);
            }
        }
    }
}
