package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.model.LayerWeights.MlpWeights;
import io.logprobe.engine.model.architecture.Mlp;

/// The MLP of one layer on one block of rows.
final class MlpPass {

    private final Backend backend;
    private final Mlp sheet;
    private final MlpWeights weights;

    MlpPass(Backend backend, Mlp sheet, MlpWeights weights) {
        this.backend = backend;
        this.sheet = sheet;
        this.weights = weights;
    }

    /// `y += factor · mlp(x)`
    void add(Scratch scratch, Matrix x, float factor, Matrix y) {
        switch (sheet) {
            case Mlp.Plain plain -> {
                MlpWeights.Plain w = (MlpWeights.Plain) weights;
                Matrix inner = part(scratch.inner(), x.rows(), w.up().outputs());
                backend.linear(x, w.up(), new Epilogue.Activate(plain.activation()), inner);
                backend.linear(inner, w.down(), new Epilogue.Add(factor), y);
            }
            case Mlp.Gated gated -> gated(scratch, x, gated, (MlpWeights.Gated) weights, new Epilogue.Add(factor), y);
            case Mlp.Experts experts -> experts(scratch, x, experts, (MlpWeights.Experts) weights, factor, y);
        }
    }

    private void gated(Scratch scratch, Matrix x, Mlp.Gated gated, MlpWeights.Gated w, Epilogue epilogue, Matrix y) {
        Matrix wide = part(scratch.gateUp(), x.rows(), w.gateUp().outputs());
        Matrix inner = part(scratch.inner(), x.rows(), w.down().inputs());
        backend.linear(x, w.gateUp(), Epilogue.STORE, wide);
        backend.gate(wide, gated.activation(), inner);
        backend.linear(inner, w.down(), epilogue, y);
    }

    /// Experts are taken in ascending order, so that a row's sum has the same order whatever rows are beside it.
    private void experts(Scratch scratch, Matrix x, Mlp.Experts experts, MlpWeights.Experts w, float factor, Matrix y) {
        int rows = x.rows();
        int topK = experts.topK();
        int[] chosen = new int[rows * topK];
        float[] shares = new float[rows * topK];
        Matrix router = part(scratch.router(), rows, w.router().outputs());
        backend.linear(x, w.router(), Epilogue.STORE, router);
        backend.route(router, topK, experts.renormalise(), chosen, shares);
        int[] members = new int[rows];
        float[] factors = new float[rows];
        for (int expert = 0; expert < w.experts().size(); expert++) {
            int count = 0;
            for (int slot = 0; slot < chosen.length; slot++) {
                if (chosen[slot] == expert) {
                    members[count] = slot / topK;
                    factors[count++] = factor * shares[slot];
                }
            }
            if (count > 0) {
                Matrix input = scratch.expertInput().rows(0, count);
                Matrix output = scratch.expertOutput().rows(0, count);
                backend.gather(x, members, 0, input);
                gated(scratch, input, experts.experts().get(expert), w.experts().get(expert), Epilogue.STORE, output);
                backend.scatterAdd(output, members, factors, 0, y);
            }
        }
        if (w.shared() != null) {
            Matrix output = scratch.expertOutput().rows(0, rows);
            gated(scratch, x, experts.shared().expert(), w.shared(), Epilogue.STORE, output);
            if (w.sharedGate() != null) {
                Matrix gate = part(scratch.router(), rows, 1);
                backend.linear(x, w.sharedGate(), Epilogue.STORE, gate);
                backend.gateRows(gate, output);
            }
            backend.add(output, factor, y);
        }
    }

    private static Matrix part(Matrix scratch, int rows, int columns) {
        return scratch.columns(0, columns).rows(0, rows);
    }
}
