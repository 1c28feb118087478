package io.logprobe.engine.backend.reference;

import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.plan.ScoringPlan;
import java.util.Arrays;

/// Log-softmax over the whole vocabulary, the tiles put side by side.
final class ReferenceLogitFold implements LogitFold {

    private final float factor;
    private final float softcap;
    private ScoringPlan plan;
    private int firstHeadRow;
    private double[][] logits; // [rows of the block, tokens so far]

    ReferenceLogitFold(float factor, float softcap) {
        this.factor = factor;
        this.softcap = softcap;
    }

    @Override
    public void begin(ScoringPlan ofPlan, int first, int count) {
        plan = ofPlan;
        firstHeadRow = first;
        logits = new double[count][0];
    }

    @Override
    public void tile(Matrix tile, int firstToken) {
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Arrays.copyOf(logits[i], firstToken + tile.columns());
            for (int j = 0; j < tile.columns(); j++) {
                logits[i][firstToken + j] =
                        ReferenceAttention.capped(factor * HeapMatrix.heap(tile).get(i, j), softcap);
            }
        }
    }

    @Override
    public void end(double[] logprobs, boolean[] greedy) {
        for (int i = 0; i < logits.length; i++) {
            int best = 0;
            for (int token = 1; token < logits[i].length; token++) {
                if (logits[i][token] > logits[i][best]) {
                    best = token;
                }
            }
            double sum = 0;
            for (double logit : logits[i]) {
                sum += Math.exp(logit - logits[i][best]);
            }
            double logSum = logits[i][best] + Math.log(sum);
            for (int slot = plan.firstSlot(firstHeadRow + i); slot < plan.firstSlot(firstHeadRow + i + 1); slot++) {
                logprobs[plan.prediction(slot)] = logits[i][plan.target(slot)] - logSum;
                greedy[plan.prediction(slot)] = plan.target(slot) == best;
            }
        }
    }

    @Override
    public void close() {}
}
