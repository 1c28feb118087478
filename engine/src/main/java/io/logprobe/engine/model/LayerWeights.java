package io.logprobe.engine.model;

import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import java.util.ArrayList;
import java.util.List;

/// The weights of one layer in the backend's memory. Norms that the layer lacks are null.
record LayerWeights(
        Norms attentionNorms,
        Norms mlpNorms,
        NormWeights queryNorm,
        NormWeights keyNorm,
        Linear query,
        Linear keyValue,
        Linear output,
        MlpWeights mlp,
        List<Resource> owned)
        implements Resource {

    record Norms(NormWeights before, NormWeights onOutput, NormWeights after) {}

    sealed interface MlpWeights {

        record Plain(Linear up, Linear down) implements MlpWeights {}

        /// Gate and up-projection are one matrix: `[gate | up]`.
        record Gated(Linear gateUp, Linear down) implements MlpWeights {}

        /// `shared` and `sharedGate` may be null.
        record Experts(Linear router, List<Gated> experts, Gated shared, Linear sharedGate) implements MlpWeights {}
    }

    static LayerWeights load(LayerSheet sheet, WeightLoader loader) {
        List<Resource> owned = new ArrayList<>();
        Loading loading = new Loading(loader, owned);
        try {
            AttentionSheet attention = sheet.attention();
            return new LayerWeights(
                    loading.norms(sheet.attentionNorms()),
                    loading.norms(sheet.mlpNorms()),
                    loading.own(loader.norm(attention.queryNorm())),
                    loading.own(loader.norm(attention.keyNorm())),
                    loading.linear(attention.query()),
                    loading.linear(attention.key(), attention.value()),
                    loading.linear(attention.output()),
                    loading.mlp(sheet.mlp()),
                    owned);
        } catch (RuntimeException | Error e) {
            owned.forEach(Resource::close);
            throw e;
        }
    }

    private record Loading(WeightLoader loader, List<Resource> owned) {

        <T extends Resource> T own(T part) {
            if (part != null) {
                owned.add(part);
            }
            return part;
        }

        Linear linear(LinearRef... parts) {
            return own(loader.linear(List.of(parts)));
        }

        Norms norms(LayerSheet.Norms refs) {
            return new Norms(
                    own(loader.norm(refs.before())), own(loader.norm(refs.onOutput())), own(loader.norm(refs.after())));
        }

        MlpWeights mlp(Mlp mlp) {
            return switch (mlp) {
                case Mlp.Plain plain -> new MlpWeights.Plain(linear(plain.up()), linear(plain.down()));
                case Mlp.Gated gated -> gated(gated);
                case Mlp.Experts experts ->
                    new MlpWeights.Experts(
                            linear(experts.router()),
                            experts.experts().stream().map(this::gated).toList(),
                            experts.shared() == null
                                    ? null
                                    : gated(experts.shared().expert()),
                            experts.shared() == null || experts.shared().gate() == null
                                    ? null
                                    : linear(experts.shared().gate()));
            };
        }

        MlpWeights.Gated gated(Mlp.Gated gated) {
            return new MlpWeights.Gated(linear(gated.gate(), gated.up()), linear(gated.down()));
        }
    }

    @Override
    public void close() {
        owned.forEach(Resource::close);
    }
}
