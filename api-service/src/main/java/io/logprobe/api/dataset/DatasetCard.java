package io.logprobe.api.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.api.rows.ColumnMapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the metadata of a dataset's README says of its files and of how it is meant to be evaluated.
///
/// @param configs its configurations, empty if the files speak for themselves
/// @param evaluations its `train-eval-index`: evaluations it is made for, zero-shot ones first
record DatasetCard(List<Config> configs, List<Evaluation> evaluations) {

    private static final String ZERO_SHOT = "text_zero_shot_classification";
    private static final String DEFAULT_SPLIT = "train";

    /// A configuration: `configs[]` of the card.
    ///
    /// @param name its name
    /// @param preferred whether it is marked as the default one
    /// @param patterns patterns of the paths of each split's files
    record Config(String name, boolean preferred, Map<String, List<String>> patterns) {}

    /// A suggested evaluation: `train-eval-index[]` of the card.
    ///
    /// @param config its configuration, may be empty
    /// @param split its split, may be empty
    /// @param columns its columns, nothing if they are not given for this kind of evaluation
    record Evaluation(String config, String split, Optional<ColumnMapping> columns) {}

    static DatasetCard parse(JsonNode metadata) {
        List<Config> configs = new ArrayList<>();
        for (JsonNode config : metadata.path("configs")) {
            String name = config.path("config_name").asText("default");
            configs.add(new Config(name, config.path("default").asBoolean(false), patterns(config)));
        }
        List<Evaluation> evaluations = new ArrayList<>();
        for (JsonNode evaluation : metadata.path("train-eval-index")) {
            int position = evaluation.path("task_id").asText().equals(ZERO_SHOT) ? 0 : evaluations.size();
            evaluations.add(
                    position,
                    new Evaluation(
                            evaluation.path("config").asText(""),
                            evaluation.path("splits").path("eval_split").asText(""),
                            columns(evaluation.path("col_mapping"))));
        }
        return new DatasetCard(List.copyOf(configs), List.copyOf(evaluations));
    }

    private static Map<String, List<String>> patterns(JsonNode config) {
        Map<String, List<String>> patterns = new HashMap<>();
        String folder = config.path("data_dir").asText("");
        JsonNode files = config.path("data_files");
        Iterable<JsonNode> entries = files.isTextual() ? List.of(files) : files;
        for (JsonNode entry : entries) {
            String split = entry.path("split").asText(DEFAULT_SPLIT);
            JsonNode path = entry.isTextual() ? entry : entry.path("path");
            Iterable<JsonNode> paths = path.isTextual() ? List.of(path) : path;
            for (JsonNode pattern : paths) {
                patterns.computeIfAbsent(split, name -> new ArrayList<>())
                        .add(folder.isEmpty() ? pattern.asText() : folder + "/" + pattern.asText());
            }
        }
        return patterns;
    }

    /// The card maps the dataset's columns to the task's; here it is the other way round.
    private static Optional<ColumnMapping> columns(JsonNode mapping) {
        Map<String, String> columns = new HashMap<>();
        mapping.properties().forEach(entry -> columns.put(entry.getValue().asText(), entry.getKey()));
        return columns.containsKey("text") && columns.containsKey("classes")
                ? Optional.of(new ColumnMapping(
                        columns.get("text"), columns.get("classes"), columns.getOrDefault("target", "")))
                : Optional.empty();
    }
}
