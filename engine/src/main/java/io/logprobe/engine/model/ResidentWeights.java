package io.logprobe.engine.model;

import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.model.architecture.Architecture;
import java.util.ArrayList;
import java.util.List;

/// All weights at once.
final class ResidentWeights implements WeightSource {

    private final List<LayerWeights> layers;
    private final HeadWeights head;

    private ResidentWeights(List<LayerWeights> layers, HeadWeights head) {
        this.layers = layers;
        this.head = head;
    }

    static ResidentWeights load(Architecture architecture, WeightLoader loader) {
        List<LayerWeights> layers = new ArrayList<>();
        try {
            architecture.layers().forEach(sheet -> layers.add(LayerWeights.load(sheet, loader)));
            return new ResidentWeights(layers, HeadWeights.load(architecture.head(), loader));
        } catch (RuntimeException | Error e) {
            layers.forEach(Resource::close);
            throw e;
        }
    }

    @Override
    public LayerWeights layer(int index) {
        return layers.get(index);
    }

    @Override
    public HeadWeights head() {
        return head;
    }

    @Override
    public void close() {
        layers.forEach(Resource::close);
        head.close();
    }
}
