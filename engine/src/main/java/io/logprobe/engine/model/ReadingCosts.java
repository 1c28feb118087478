package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.model.architecture.Architecture;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LayerSheet;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.Mlp;
import io.logprobe.engine.model.architecture.RowSelection;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// What one thread takes of the planned memory to read weights, beside the weights. Buffers are used again, so it is
/// that of the largest layer.
///
/// @param heldBytes host memory that holds a layer which the backend cannot read row by row, 0 for others
record ReadingCosts(Architecture architecture, Backend backend, ToLongFunction<List<LinearRef>> heldBytes) {

    long bytes() {
        long held = 0;
        long read = 0;
        for (List<LinearRef> parts : layers().toList()) {
            long whole = heldBytes.applyAsLong(parts);
            held = Math.max(held, whole);
            int outputs = parts.stream().mapToInt(LinearRef::outputs).sum();
            read = Math.max(
                    read,
                    whole > 0
                            ? 0
                            : backend.readingBytes(outputs, parts.getFirst().inputs()));
        }
        return (backend.plansHostMemory() ? held : 0) + read;
    }

    /// All linear layers, each as the parts that are read as one.
    private Stream<List<LinearRef>> layers() {
        Stream<List<LinearRef>> inLayers = architecture.layers().stream().flatMap(ReadingCosts::ofLayer);
        LinearRef output = architecture.head().output();
        int tile = Math.min(backend.vocabularyTile(), output.outputs());
        Stream<List<LinearRef>> inHead = Stream.of(List.of(output.select(RowSelection.run(0, tile))));
        return Stream.of(inLayers, inHead, optional(architecture.head().projection()))
                .flatMap(parts -> parts);
    }

    private static Stream<List<LinearRef>> ofLayer(LayerSheet layer) {
        AttentionSheet attention = layer.attention();
        Stream<List<LinearRef>> projections = Stream.of(
                List.of(attention.query()), List.of(attention.key(), attention.value()), List.of(attention.output()));
        return Stream.concat(projections, ofMlp(layer.mlp()));
    }

    private static Stream<List<LinearRef>> ofMlp(Mlp mlp) {
        return switch (mlp) {
            case Mlp.Plain plain -> Stream.of(List.of(plain.up()), List.of(plain.down()));
            case Mlp.Gated gated -> Stream.of(List.of(gated.gate(), gated.up()), List.of(gated.down()));
            case Mlp.Experts experts -> {
                Stream<List<LinearRef>> shared = experts.shared() == null
                        ? Stream.empty()
                        : Stream.concat(
                                ofMlp(experts.shared().expert()),
                                optional(experts.shared().gate()));
                yield Stream.of(
                                Stream.of(List.of(experts.router())),
                                experts.experts().stream().flatMap(ReadingCosts::ofMlp),
                                shared)
                        .flatMap(parts -> parts);
            }
        };
    }

    private static Stream<List<LinearRef>> optional(LinearRef layer) {
        return layer == null ? Stream.empty() : Stream.of(List.of(layer));
    }
}
