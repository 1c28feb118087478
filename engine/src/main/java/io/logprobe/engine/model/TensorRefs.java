package io.logprobe.engine.model;

import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.MatrixRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.NormRef;
import io.logprobe.engine.model.architecture.VectorRef;
import java.util.ArrayList;
import java.util.List;

/// Everything that an architecture takes from a checkpoint.
record TensorRefs(List<MatrixRef> matrices, List<VectorRef> vectors) {

    static TensorRefs of(Architecture architecture) {
        TensorRefs refs = new TensorRefs(new ArrayList<>(), new ArrayList<>());
        Embedding embedding = architecture.embedding();
        refs.matrices.add(embedding.tokens());
        refs.linear(embedding.projection());
        refs.norm(embedding.norm());
        if (embedding.positions() != null) {
            refs.matrices.add(embedding.positions().table());
        }
        architecture.layers().forEach(refs::layer);
        refs.norm(architecture.head().norm());
        refs.linear(architecture.head().projection());
        refs.linear(architecture.head().output());
        return refs;
    }

    private void layer(LayerSheet layer) {
        linear(layer.attention().query());
        linear(layer.attention().key());
        linear(layer.attention().value());
        linear(layer.attention().output());
        norm(layer.attention().queryNorm());
        norm(layer.attention().keyNorm());
        norms(layer.attentionNorms());
        norms(layer.mlpNorms());
        mlp(layer.mlp());
    }

    private void norms(LayerSheet.Norms norms) {
        norm(norms.before());
        norm(norms.onOutput());
        norm(norms.after());
    }

    private void mlp(Mlp mlp) {
        switch (mlp) {
            case Mlp.Plain plain -> {
                linear(plain.up());
                linear(plain.down());
            }
            case Mlp.Gated gated -> {
                linear(gated.gate());
                linear(gated.up());
                linear(gated.down());
            }
            case Mlp.Experts experts -> {
                linear(experts.router());
                experts.experts().forEach(this::mlp);
                if (experts.shared() != null) {
                    mlp(experts.shared().expert());
                    linear(experts.shared().gate());
                }
            }
        }
    }

    private void linear(LinearRef linear) {
        if (linear != null) {
            matrices.add(linear.weight());
            vector(linear.bias());
        }
    }

    private void norm(NormRef norm) {
        if (norm != null) {
            vectors.addAll(norm.weight());
            vectors.addAll(norm.bias());
        }
    }

    private void vector(VectorRef vector) {
        if (vector != null) {
            vectors.add(vector);
        }
    }
}
