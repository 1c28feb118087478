package io.logprobe.notifier.pullrequest;

import io.logprobe.contracts.outcome.EvaluationCompleted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The figures of one evaluation as a result of a model card's `model-index`. Those of a GGUF file name it in each
/// metric, as a person reads it and as `args`: the card is of a repository that may hold several.
///
/// @param modelName name of the index, where the card has none yet
/// @param task the task, as Evaluation on the Hub named it
/// @param dataset what was scored, at which revision
/// @param metrics accuracy and loss
/// @param source our page of the job
record CardResult(
        String modelName,
        Map<String, Object> task,
        Map<String, Object> dataset,
        List<Map<String, Object>> metrics,
        Map<String, Object> source) {

    /// Metric types that we measure.
    static final Set<String> OURS = Set.of("accuracy", "loss");

    private static final String ARGUMENTS = "args";
    private static final String FILE = "file";

    /// @throws IllegalArgumentException if the evaluation has no targets and so no figures
    static CardResult of(EvaluationCompleted evaluation, String jobPage) {
        if (evaluation.metrics().accuracy() == null) {
            throw new IllegalArgumentException("dataset " + evaluation.dataset().id()
                    + " has no targets: there is neither accuracy nor loss to publish");
        }
        String file = evaluation.model().file();
        Map<String, Object> dataset = new LinkedHashMap<>();
        dataset.put("name", evaluation.dataset().id());
        dataset.put("type", evaluation.dataset().id());
        dataset.put("config", evaluation.dataset().config());
        dataset.put("split", evaluation.dataset().split());
        if (evaluation.dataset().revision() != null) {
            dataset.put("revision", evaluation.dataset().revision());
        }
        return new CardResult(
                evaluation.model().id(),
                ordered("type", "zero-shot-classification", "name", "Zero-Shot Text Classification"),
                dataset,
                List.of(
                        metric("accuracy", evaluation.metrics().accuracy().value(), "Accuracy", file),
                        metric("loss", evaluation.metrics().loss().value(), "Loss", file)),
                ordered("name", "Logprobe", "url", jobPage));
    }

    private static Map<String, Object> metric(String type, double value, String name, String file) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(type + " is not finite: " + value);
        }
        Map<String, Object> metric = new LinkedHashMap<>();
        metric.put("type", type);
        metric.put("value", value);
        metric.put("name", file == null ? name : name + " (" + file + ")");
        if (file != null) {
            metric.put(ARGUMENTS, Map.of(FILE, file));
        }
        return metric;
    }

    private static Map<String, Object> ordered(String key, String value, String otherKey, String otherValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(otherKey, otherValue);
        return map;
    }

    /// This result as a new entry of `results`.
    Map<String, Object> entry() {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("task", task);
        entry.put("dataset", dataset);
        entry.put("metrics", metrics);
        entry.put("source", source);
        return entry;
    }

    /// Whether these figures take the place of those of `entry`: it is about the same task and dataset (the Hub's
    /// `unique_identifier`) and the same file, everything in it is a figure we measure, and nobody has signed any
    /// of it.
    boolean replaces(Object entry) {
        return entry instanceof Map<?, ?> map
                && map.get("task") instanceof Map<?, ?> otherTask
                && map.get("dataset") instanceof Map<?, ?> otherDataset
                && map.get("metrics") instanceof List<?> otherMetrics
                && Objects.equals(task.get("type"), otherTask.get("type"))
                && List.of("type", "config", "split", "revision").stream()
                        .allMatch(key -> Objects.equals(dataset.get(key), otherDataset.get(key)))
                && otherMetrics.stream().allMatch(this::isReplaceable);
    }

    private boolean isReplaceable(Object metric) {
        return metric instanceof Map<?, ?> map
                && Objects.equals(file(map), file(metrics.getFirst()))
                && OURS.contains(String.valueOf(map.get("type")))
                && !map.containsKey("verified")
                && !map.containsKey("verifyToken");
    }

    private static Object file(Map<?, ?> metric) {
        return metric.get(ARGUMENTS) instanceof Map<?, ?> arguments ? arguments.get(FILE) : null;
    }

    /// `entry` with our figures and our source; what else it says stays.
    Map<String, Object> update(Map<String, Object> entry) {
        Map<String, Object> updated = new LinkedHashMap<>(entry);
        List<Map<String, Object>> missing = new ArrayList<>(metrics);
        List<Object> updatedMetrics = new ArrayList<>();
        for (Object existing : (List<?>) entry.get("metrics")) {
            Map<String, Object> metric = new LinkedHashMap<>();
            ((Map<?, ?>) existing).forEach((key, value) -> metric.put(String.valueOf(key), value));
            for (Map<String, Object> ours : metrics) {
                if (ours.get("type").equals(metric.get("type"))) {
                    metric.put("value", ours.get("value"));
                    missing.remove(ours);
                }
            }
            updatedMetrics.add(metric);
        }
        updatedMetrics.addAll(missing);
        updated.put("metrics", updatedMetrics);
        updated.put("source", source);
        return updated;
    }
}
