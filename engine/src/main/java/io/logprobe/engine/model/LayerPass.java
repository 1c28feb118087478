package io.logprobe.engine.model;

import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LayerSheet.Residual;

/// Runs all rows of a job through one layer, in two sweeps over the blocks of rows: first the keys and values of every
/// row, then everything else, block by block and in place. No row's second sweep begins before the first has ended.
final class LayerPass {

    private final Backend backend;
    private final LayerSheet sheet;
    private final AttentionSheet attention;
    private final LayerWeights weights;
    private final MlpPass mlp;
    private final Attention attentionSpec;
    private final RotaryTable rotary;
    private final Rows rows;
    private final Matrix hidden; // [rows, hidden]
    private final Matrix keyValue; // [rows, 2 · keyHeads · headDim]
    private final Scratch[] scratch; // by lane

    /// A pass over `hidden`.
    ///
    /// @param rotary null where the layer does not rotate
    /// @param positionBias null where the layer has none
    LayerPass(
            Backend backend,
            LayerSheet sheet,
            LayerWeights weights,
            JobMatrices job,
            RotaryTable rotary,
            Matrix positionBias) {
        this.backend = backend;
        this.sheet = sheet;
        this.attention = sheet.attention();
        this.weights = weights;
        this.rotary = rotary;
        this.rows = job.rows();
        this.hidden = job.hidden();
        this.keyValue = job.keyValue().columns(0, 2 * keyColumns());
        this.scratch = job.scratch();
        this.mlp = new MlpPass(backend, sheet.mlp(), weights.mlp());
        this.attentionSpec = new Attention(
                attention.heads(),
                attention.keyHeads(),
                attention.headDim(),
                attention.scale(),
                attention.softcap(),
                attention.window(),
                positionBias);
    }

    private int keyColumns() {
        return attention.keyHeads() * attention.headDim();
    }

    void run() {
        backend.forEachBlock(hidden.rows(), this::keysAndValues);
        switch (sheet.order()) {
            case SEQUENTIAL -> backend.forEachBlock(hidden.rows(), this::sequential);
            case PARALLEL -> backend.forEachBlock(hidden.rows(), this::parallel);
        }
    }

    private void keysAndValues(int lane, int first, int count) {
        Matrix x = hidden.rows(first, count);
        Matrix input = normed(x, weights.attentionNorms().before(), scratch[lane].normed());
        Matrix target = keyValue.rows(first, count);
        backend.linear(input, weights.keyValue(), Epilogue.STORE, target);
        if (attention.clip() > 0) {
            backend.clamp(target, attention.clip());
        }
        prepareHeads(target.columns(0, keyColumns()), weights.keyNorm(), first);
    }

    private void sequential(int lane, int first, int count) {
        Matrix x = hidden.rows(first, count);
        LayerWeights.Norms norms = weights.attentionNorms();
        Matrix input = sublayerInput(x, norms.before(), scratch[lane].normed());
        attend(lane, input, first, norms, x);
        applyAfter(norms, x);

        norms = weights.mlpNorms();
        input = sublayerInput(x, norms.before(), scratch[lane].normed());
        feedForward(lane, input, norms, x);
        applyAfter(norms, x);
    }

    private void parallel(int lane, int first, int count) {
        Matrix x = hidden.rows(first, count);
        Matrix input = normed(x, weights.attentionNorms().before(), scratch[lane].normed());
        Matrix mlpInput = sheet.mlpNorms().before() == null
                        || sheet.mlpNorms()
                                .before()
                                .equals(sheet.attentionNorms().before())
                ? input
                : normed(x, weights.mlpNorms().before(), scratch[lane].mlpInput());
        if (mlpInput == x) {
            throw new IllegalStateException("parallel residual without a norm");
        }
        attend(lane, input, first, weights.attentionNorms(), x);
        feedForward(lane, mlpInput, weights.mlpNorms(), x);
    }

    /// What a sublayer reads. Where the residual carries the norm's output, `x` becomes that output.
    private Matrix sublayerInput(Matrix x, NormWeights before, Matrix target) {
        if (sheet.residual() == Residual.NORMED) {
            return normed(x, before, x);
        }
        return normed(x, before, target);
    }

    private Matrix normed(Matrix x, NormWeights norm, Matrix target) {
        if (norm == null) {
            return x;
        }
        Matrix y = target.rows(0, x.rows());
        backend.norm(x, norm, target == x ? x : y);
        return target == x ? x : y;
    }

    private void applyAfter(LayerWeights.Norms norms, Matrix x) {
        if (norms.after() != null) {
            backend.norm(x, norms.after(), x);
        }
    }

    /// `x += attention(input)`
    private void attend(int lane, Matrix input, int first, LayerWeights.Norms norms, Matrix x) {
        int count = x.rows();
        int queryColumns = attention.heads() * attention.headDim();
        Matrix query = scratch[lane].query().columns(0, queryColumns).rows(0, count);
        backend.linear(input, weights.query(), Epilogue.STORE, query);
        if (attention.clip() > 0) {
            backend.clamp(query, attention.clip());
        }
        prepareHeads(query, weights.queryNorm(), first);
        Matrix attended = scratch[lane].attended().columns(0, queryColumns).rows(0, count);
        backend.attention(
                attentionSpec,
                query,
                keyValue.columns(0, keyColumns()),
                keyValue.columns(keyColumns(), keyColumns()),
                rows,
                first,
                attended);
        if (norms.onOutput() == null) {
            backend.linear(attended, weights.output(), new Epilogue.Add(sheet.residualFactor()), x);
        } else {
            Matrix sublayer = scratch[lane].sublayer().rows(0, count);
            backend.linear(attended, weights.output(), Epilogue.STORE, sublayer);
            addNormed(sublayer, norms.onOutput(), x);
        }
    }

    /// `x += mlp(input)`
    private void feedForward(int lane, Matrix input, LayerWeights.Norms norms, Matrix x) {
        if (norms.onOutput() == null) {
            mlp.add(scratch[lane], input, sheet.residualFactor(), x);
        } else {
            Matrix sublayer = scratch[lane].sublayer().rows(0, x.rows());
            backend.clear(sublayer);
            mlp.add(scratch[lane], input, 1, sublayer);
            addNormed(sublayer, norms.onOutput(), x);
        }
    }

    private void addNormed(Matrix sublayer, NormWeights norm, Matrix x) {
        backend.norm(sublayer, norm, sublayer);
        backend.add(sublayer, sheet.residualFactor(), x);
    }

    private void prepareHeads(Matrix heads, NormWeights norm, int first) {
        if (norm != null) {
            backend.norm(heads, norm, heads);
        }
        if (rotary != null) {
            backend.rotate(heads, attention.headDim(), rotary, rows, first);
        }
    }
}
