package io.logprobe.notifier.pullrequest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The value of `model-index` in a model card, as plain data.
final class ModelIndex {

    private ModelIndex() {}

    /// Position of a result: which model, which of its results.
    record Position(int model, int result) {}

    /// Where the result stands that ours takes the place of.
    static Optional<Position> find(List<?> index, CardResult result) {
        for (int model = 0; model < index.size(); model++) {
            List<?> results = resultsOf(index.get(model));
            for (int i = 0; i < results.size(); i++) {
                if (result.replaces(results.get(i))) {
                    return Optional.of(new Position(model, i));
                }
            }
        }
        return Optional.empty();
    }

    /// The index with our result in it: in the place of an older one, or after the last one of the first model.
    static List<Object> with(List<?> index, CardResult result) {
        if (index.isEmpty()) {
            return List.of(model(result));
        }
        List<Object> merged = new ArrayList<>(index);
        Optional<Position> place = find(index, result);
        int model = place.map(Position::model).orElse(0);
        Map<String, Object> entry = map(index.get(model));
        List<Object> results = new ArrayList<>(resultsOf(entry));
        if (place.isPresent()) {
            results.set(
                    place.get().result(),
                    result.update(map(results.get(place.get().result()))));
        } else {
            results.add(result.entry());
        }
        entry.put("results", results);
        merged.set(model, entry);
        return merged;
    }

    private static Map<String, Object> model(CardResult result) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", result.modelName());
        model.put("results", List.of(result.entry()));
        return model;
    }

    private static List<?> resultsOf(Object entry) {
        return entry instanceof Map<?, ?> map && map.get("results") instanceof List<?> results ? results : List.of();
    }

    static Map<String, Object> map(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new InvalidCard("its model-index holds something that is no mapping");
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), item));
        return copy;
    }
}
