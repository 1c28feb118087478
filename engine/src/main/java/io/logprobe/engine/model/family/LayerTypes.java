package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which layers attend to a window of keys only: `layer_types`, or what a family does without it.
///
/// @param windows keys that each layer sees; [Integer#MAX_VALUE] for all
record LayerTypes(List<Integer> windows) {

    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    LayerTypes {
        windows = List.copyOf(windows);
    }

    /// Layers of which some have a window of `window` keys.
    ///
    /// @param window null where the config states none, which contradicts a sliding layer
    static LayerTypes of(ModelConfig config, int layers, Integer window, IntPredicate slidingByDefault) {
        List<String> types = config.has("layer_types")
                ? config.texts("layer_types")
                : IntStream.range(0, layers)
                        .mapToObj(i -> slidingByDefault.test(i) ? SLIDING : FULL)
                        .toList();
        if (types.size() != layers) {
            throw config.invalid("layer_types", "has " + types.size() + " entries for " + layers + " layers");
        }
        return new LayerTypes(types.stream()
                .map(type -> switch (type) {
                    case FULL, "attention" -> Integer.MAX_VALUE;
                    case SLIDING -> {
                        if (window == null) {
                            throw config.invalid("layer_types", "has a sliding layer, but there is no sliding_window");
                        }
                        yield window;
                    }
                    default -> throw config.unsupported("layer_types", "'" + type + "' is not supported");
                })
                .toList());
    }

    /// Layers that are all alike.
    ///
    /// @param window null for none
    static LayerTypes uniform(ModelConfig config, int layers, Integer window) {
        if (config.has("layer_types")
                && config.texts("layer_types").stream().distinct().count() > 1) {
            throw config.unsupported("layer_types", "that differ are not supported for " + config.modelType());
        }
        return new LayerTypes(IntStream.range(0, layers)
                .mapToObj(i -> window == null ? Integer.MAX_VALUE : window)
                .toList());
    }

    /// Number of layers.
    int count() {
        return windows.size();
    }

    int window(int layer) {
        return windows.get(layer);
    }

    boolean sliding(int layer) {
        return windows.get(layer) != Integer.MAX_VALUE;
    }
}
