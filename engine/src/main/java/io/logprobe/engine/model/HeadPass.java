package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.plan.ScoringPlan;

/// The language-model head on the rows that predict something. Logits exist for one block of rows and one tile of the
/// vocabulary at a time.
final class HeadPass {

    private final Backend backend;
    private final Head sheet;
    private final HeadWeights weights;
    private final Matrix hidden; // [rows, hidden]
    private final Scratch[] scratch; // by lane

    HeadPass(Backend backend, Head sheet, HeadWeights weights, JobMatrices job) {
        this.backend = backend;
        this.sheet = sheet;
        this.weights = weights;
        this.hidden = job.hidden();
        this.scratch = job.scratch();
    }

    Predictions run(ScoringPlan plan) {
        double[] logprobs = new double[plan.predictions()];
        boolean[] greedy = new boolean[plan.predictions()];
        int[] headRows = plan.headRows();
        backend.forEachBlock(headRows.length, (lane, first, count) -> {
            Scratch own = scratch[lane];
            Matrix x = own.normed().rows(0, count);
            backend.gather(hidden, headRows, first, x);
            if (weights.norm() != null) {
                backend.norm(x, weights.norm(), x);
            }
            if (weights.projection() != null) {
                Matrix projected =
                        own.embedded().columns(0, sheet.output().inputs()).rows(0, count);
                backend.linear(x, weights.projection(), Epilogue.STORE, projected);
                x = projected;
            }
            own.fold().begin(plan, first, count);
            int token = 0;
            for (Linear tile : weights.tiles()) {
                Matrix logits = own.logits().columns(0, tile.outputs()).rows(0, count);
                backend.linear(x, tile, Epilogue.STORE, logits);
                own.fold().tile(logits, token);
                token += tile.outputs();
            }
            own.fold().end(logprobs, greedy);
        });
        return new Predictions(logprobs, greedy);
    }
}
