package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.plan.ScoringPlan;

/// The language-model head on the rows that predict something. Logits exist for one block of rows and one tile of the
/// vocabulary at a time; where the head comes in parts, all rows go through one part before the next one is needed.
final class HeadPass {

    private final Backend backend;
    private final Head sheet;
    private final ScoringPlan plan;
    private final int[] headRows;
    private final Matrix hidden; // [rows, hidden]
    private final Scratch[] scratch; // by lane
    private final LogitFold[] folds; // by block of head rows
    private final double[] logprobs; // [predictions]
    private final boolean[] greedy; // [predictions]

    HeadPass(Backend backend, Head sheet, JobMatrices job, ScoringPlan plan) {
        this.backend = backend;
        this.sheet = sheet;
        this.plan = plan;
        this.headRows = plan.headRows();
        this.hidden = job.hidden();
        this.scratch = job.scratch();
        this.folds = new LogitFold[Math.ceilDiv(headRows.length, backend.blockRows())];
        this.logprobs = new double[plan.predictions()];
        this.greedy = new boolean[plan.predictions()];
    }

    /// Takes the parts in ascending order.
    Predictions run(WeightSource weights, Runnable afterPart) {
        try {
            int parts = weights.headParts();
            for (int part = 0; part < parts; part++) {
                HeadWeights ofPart = weights.head(part);
                boolean last = part == parts - 1;
                backend.forEachBlock(headRows.length, (lane, first, count) -> {
                    LogitFold fold = fold(first, count);
                    tiles(ofPart, scratch[lane], fold, first, count);
                    if (last) {
                        fold.end(logprobs, greedy);
                    }
                });
                afterPart.run();
            }
        } finally {
            for (LogitFold fold : folds) {
                if (fold != null) {
                    fold.close();
                }
            }
        }
        return new Predictions(logprobs, greedy);
    }

    private LogitFold fold(int first, int count) {
        int block = first / backend.blockRows();
        if (folds[block] == null) {
            folds[block] = backend.logitFold(sheet.factor(), sheet.softcap());
            folds[block].begin(plan, first, count);
        }
        return folds[block];
    }

    private void tiles(HeadWeights weights, Scratch own, LogitFold fold, int first, int count) {
        Matrix x = own.sublayer().rows(0, count);
        backend.gather(hidden, headRows, first, x);
        if (weights.norm() != null) {
            Matrix normed = own.normed().rows(0, count);
            backend.norm(x, weights.norm(), normed);
            x = normed;
        }
        if (weights.projection() != null) {
            Matrix projected =
                    own.embedded().columns(0, sheet.output().inputs()).rows(0, count);
            backend.linear(x, weights.projection(), Epilogue.STORE, projected);
            x = projected;
        }
        int token = weights.firstToken();
        for (Linear tile : weights.tiles()) {
            Matrix logits = own.logits().columns(0, tile.outputs()).rows(0, count);
            backend.linear(x, tile, Epilogue.STORE, logits);
            fold.tile(logits, token);
            token += tile.outputs();
        }
    }
}
