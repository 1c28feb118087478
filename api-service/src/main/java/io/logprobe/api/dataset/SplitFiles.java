package io.logprobe.api.dataset;

import io.logprobe.api.problem.Unacceptable;
import io.logprobe.api.rows.RowFormat;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/// Finds the files of a split: by the dataset's card, else by their names as the Hub does
/// (https://huggingface.co/docs/hub/datasets-file-names-and-splits).
///
/// @param config the configuration
/// @param split the split
/// @param paths its files in order
record SplitFiles(String config, String split, List<String> paths) {

    static final String DEFAULT_CONFIG = "default";

    private static final String PREFERRED_SPLIT = "test";
    private static final Pattern SHARD = Pattern.compile("(?<split>[\\w.]+?)-\\d{5}-of-\\d{5}.*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
    private static final Map<String, String> SPLIT_OF_WORD = Map.of(
            "train", "train",
            "training", "train",
            "validation", "validation",
            "valid", "validation",
            "val", "validation",
            "dev", "validation",
            "test", "test",
            "testing", "test",
            "eval", "test",
            "evaluation", "test");

    /// @param paths all files of the repository
    /// @param wantedConfig configuration asked for, null if none
    /// @param wantedSplit split asked for, null if none
    /// @throws Unacceptable if there is no such configuration or split; it says which there are
    static SplitFiles find(List<String> paths, DatasetCard card, String wantedConfig, String wantedSplit) {
        List<String> data = paths.stream()
                .filter(path -> RowFormat.of(path).isPresent())
                .filter(path -> !path.startsWith(".") && path.indexOf('\0') < 0)
                .sorted()
                .toList();
        return card.configs().isEmpty()
                ? byName(data, card, wantedConfig, wantedSplit)
                : byCard(data, card, wantedConfig, wantedSplit);
    }

    private static SplitFiles byCard(List<String> data, DatasetCard card, String wantedConfig, String wantedSplit) {
        DatasetCard.Config config = config(card, wantedConfig);
        NavigableMap<String, List<String>> splits = new TreeMap<>();
        if (config.patterns().isEmpty()) {
            splits.putAll(bySplit(data));
        }
        config.patterns().forEach((split, patterns) -> splits.put(split, matching(data, patterns)));
        return choose(config.name(), splits, card, wantedSplit);
    }

    private static DatasetCard.Config config(DatasetCard card, String wanted) {
        List<DatasetCard.Config> configs = card.configs();
        if (wanted != null) {
            return named(configs, wanted)
                    .orElseThrow(() -> Unacceptable.invalid("the dataset has no config '" + wanted + "'; there are "
                            + String.join(
                                    ", ",
                                    configs.stream()
                                            .map(DatasetCard.Config::name)
                                            .toList())));
        }
        return card.evaluations().stream()
                .flatMap(evaluation -> named(configs, evaluation.config()).stream())
                .findFirst()
                .or(() -> configs.stream().filter(DatasetCard.Config::preferred).findFirst())
                .or(() -> named(configs, DEFAULT_CONFIG))
                .orElse(configs.getFirst());
    }

    private static Optional<DatasetCard.Config> named(List<DatasetCard.Config> configs, String name) {
        return configs.stream().filter(config -> config.name().equals(name)).findFirst();
    }

    private static List<String> matching(List<String> data, List<String> patterns) {
        // Java's ** does not match an empty path, the Hub's does.
        List<PathMatcher> matchers = patterns.stream()
                .flatMap(pattern ->
                        pattern.startsWith("**/") ? Stream.of(pattern, pattern.substring(3)) : Stream.of(pattern))
                .map(SplitFiles::matcher)
                .toList();
        return data.stream()
                .filter(path -> matchers.stream().anyMatch(matcher -> matcher.matches(Path.of(path))))
                .toList();
    }

    private static PathMatcher matcher(String pattern) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
            throw Unacceptable.invalid("the dataset's card has the unreadable pattern '" + pattern + "'", e);
        }
    }

    private static SplitFiles byName(List<String> data, DatasetCard card, String wantedConfig, String wantedSplit) {
        if (wantedConfig == null || wantedConfig.equals(DEFAULT_CONFIG)) {
            List<String> outside = below(data, List.of("", "data/"));
            return choose(DEFAULT_CONFIG, bySplit(outside.isEmpty() ? data : outside), card, wantedSplit);
        }
        List<String> files = data.stream()
                .filter(path -> path.startsWith(wantedConfig + "/") || path.startsWith("data/" + wantedConfig + "/"))
                .toList();
        if (files.isEmpty()) {
            throw Unacceptable.invalid(
                    "the dataset has no config '" + wantedConfig + "': no data file is in a folder" + " of that name");
        }
        return choose(wantedConfig, bySplit(files), card, wantedSplit);
    }

    private static List<String> below(List<String> data, List<String> folders) {
        return data.stream()
                .filter(path -> folders.contains(path.substring(0, path.lastIndexOf('/') + 1)))
                .toList();
    }

    /// Where no name tells a split apart, all files are training data, as on the Hub; each is also its own split.
    private static NavigableMap<String, List<String>> bySplit(List<String> data) {
        NavigableMap<String, List<String>> splits = new TreeMap<>();
        for (String path : data) {
            splitOf(path).ifPresent(split -> splits.computeIfAbsent(split, name -> new ArrayList<>())
                    .add(path));
        }
        if (splits.isEmpty() && !data.isEmpty()) {
            splits.put("train", data);
        }
        for (String path : data) {
            splits.putIfAbsent(stem(path), List.of(path));
        }
        return splits;
    }

    private static Optional<String> splitOf(String path) {
        Matcher shard = SHARD.matcher(stem(path));
        if (shard.matches()) {
            return Optional.of(shard.group("split"));
        }
        return word(stem(path)).or(() -> word(path.substring(0, path.lastIndexOf('/') + 1)));
    }

    /// The split that the last telling word in a name tells.
    private static Optional<String> word(String name) {
        return WORD.matcher(name)
                .results()
                .map(word -> SPLIT_OF_WORD.get(word.group().toLowerCase(Locale.ROOT)))
                .filter(split -> split != null)
                .reduce((first, second) -> second);
    }

    private static String stem(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static SplitFiles choose(
            String config, NavigableMap<String, List<String>> splits, DatasetCard card, String wanted) {
        if (splits.values().stream().allMatch(List::isEmpty)) {
            throw Unacceptable.invalid(
                    "the dataset has no .jsonl, .json, .csv or .parquet file in config '" + config + "'");
        }
        String split = wanted == null ? preferred(config, splits, card) : wanted;
        List<String> files = splits.getOrDefault(split, List.of());
        if (files.isEmpty()) {
            files = splits.getOrDefault(SPLIT_OF_WORD.getOrDefault(split, split), List.of());
        }
        if (files.isEmpty()) {
            throw Unacceptable.invalid(
                    "the dataset has no split '" + split + "'; there are " + String.join(", ", splits.keySet()));
        }
        return new SplitFiles(
                config, split, files.stream().sorted(Comparator.naturalOrder()).toList());
    }

    private static String preferred(String config, NavigableMap<String, List<String>> splits, DatasetCard card) {
        Optional<String> suggested = card.evaluations().stream()
                .filter(evaluation ->
                        card.configs().isEmpty() || evaluation.config().equals(config))
                .map(DatasetCard.Evaluation::split)
                .filter(splits::containsKey)
                .findFirst();
        if (suggested.isPresent()) {
            return suggested.get();
        }
        if (splits.containsKey(PREFERRED_SPLIT)) {
            return PREFERRED_SPLIT;
        }
        if (splits.values().stream().distinct().count() == 1) {
            return splits.containsKey("train") ? "train" : splits.firstKey();
        }
        throw Unacceptable.invalid("the dataset has several splits, name one of " + String.join(", ", splits.keySet()));
    }
}
