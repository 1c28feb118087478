package io.logprobe.notifier.pullrequest;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/// Edits the YAML of a model card as text, so that comments, order, quotes and everything else that is not our
/// result stay as they are. What the edited text must mean is computed on data; a text that does not mean it is
/// never returned.
final class Metadata {

    private static final String MODEL_INDEX = "model-index";
    private static final int MAX_LENGTH = 1 << 20;

    private final String yaml;
    private final String newline;
    private final CardResult result;

    private Metadata(String yaml, String newline, CardResult result) {
        this.yaml = yaml;
        this.newline = newline;
        this.result = result;
    }

    /// @param yaml without a line break at its end
    /// @throws InvalidCard if it cannot be understood
    static String withResult(String yaml, String newline, CardResult result) {
        return new Metadata(yaml, newline, result).edited();
    }

    private String edited() {
        Map<String, Object> wanted = load(yaml);
        wanted.put(MODEL_INDEX, ModelIndex.with(index(wanted), result));
        Stream<Supplier<Optional<String>>> ways = Stream.of(this::smallEdit, () -> Optional.of(rewrite(wanted)));
        return ways.map(Supplier::get)
                .flatMap(Optional::stream)
                .filter(text -> means(text, wanted))
                .findFirst()
                .orElseThrow(() -> new InvalidCard("its metadata is laid out in a way that cannot be added to"));
    }

    private static List<?> index(Map<String, Object> metadata) {
        Object index = metadata.get(MODEL_INDEX);
        if (index == null) {
            return List.of();
        }
        if (index instanceof List<?> list) {
            return list;
        }
        throw new InvalidCard("its model-index is no list");
    }

    private static boolean means(String text, Map<String, Object> wanted) {
        try {
            return load(text).equals(wanted);
        } catch (InvalidCard e) {
            return false;
        }
    }

    /// Touches only our result; nothing if the layout does not allow it.
    private Optional<String> smallEdit() {
        Optional<Node> index = value(compose(), MODEL_INDEX);
        if (index.isEmpty() || !(index.get() instanceof SequenceNode models) || !isBlock(models)) {
            return Optional.empty();
        }
        Optional<ModelIndex.Position> place = ModelIndex.find(index(load(yaml)), result);
        Node model = models.getValue().get(place.map(ModelIndex.Position::model).orElse(0));
        Optional<Node> results = value(model, "results");
        if (results.isEmpty() || !(results.get() instanceof SequenceNode items) || !isBlock(items)) {
            return Optional.empty();
        }
        if (place.isEmpty()) {
            int column = items.getStartMark().getColumn();
            int end = lineEnd(contentEnd(items));
            String text = dump(List.of(result.entry()), column);
            return Optional.of(yaml.substring(0, end) + newline + " ".repeat(column) + text + yaml.substring(end));
        }
        Node item = items.getValue().get(place.get().result());
        int start = index(item);
        Map<String, Object> updated = result.update(
                ModelIndex.map(resultsAt(place.get().model()).get(place.get().result())));
        String text = dump(updated, item.getStartMark().getColumn());
        return Optional.of(yaml.substring(0, start) + text + yaml.substring(contentEnd(item)));
    }

    private List<?> resultsAt(int model) {
        return (List<?>) ModelIndex.map(index(load(yaml)).get(model)).get("results");
    }

    /// Writes the whole of `model-index` anew, and nothing else.
    private String rewrite(Map<String, Object> wanted) {
        Node root = compose();
        Map<String, Object> index = new LinkedHashMap<>();
        index.put(MODEL_INDEX, wanted.get(MODEL_INDEX));
        if (root == null) {
            return yaml + (yaml.isEmpty() ? "" : newline) + dump(index, 0);
        }
        String text = dump(index, root.getStartMark().getColumn());
        for (NodeTuple tuple : ((MappingNode) root).getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(MODEL_INDEX)) {
                int end = Math.max(contentEnd(tuple.getValueNode()), index(key) + MODEL_INDEX.length());
                return yaml.substring(0, index(key)) + text + yaml.substring(lineEnd(end));
            }
        }
        return yaml + newline + " ".repeat(root.getStartMark().getColumn()) + text;
    }

    private static boolean isBlock(SequenceNode node) {
        return node.getFlowStyle() == DumperOptions.FlowStyle.BLOCK
                && !node.getValue().isEmpty();
    }

    private static Optional<Node> value(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name)) {
                    return Optional.of(tuple.getValueNode());
                }
            }
        }
        return Optional.empty();
    }

    /// Where the text of a node ends: a block's own end mark stands behind the comments that follow it.
    private int contentEnd(Node node) {
        Node last = node;
        while (true) {
            if (last instanceof SequenceNode sequence && isBlock(sequence)) {
                last = sequence.getValue().getLast();
            } else if (last instanceof MappingNode mapping
                    && mapping.getFlowStyle() == DumperOptions.FlowStyle.BLOCK
                    && !mapping.getValue().isEmpty()) {
                last = mapping.getValue().getLast().getValueNode();
            } else {
                return lastVisible(position(last.getEndMark().getIndex()));
            }
        }
    }

    private int lastVisible(int end) {
        int index = end;
        while (index > 0 && Character.isWhitespace(yaml.charAt(index - 1))) {
            index--;
        }
        return index;
    }

    private int lineEnd(int from) {
        int index = from;
        while (index < yaml.length() && yaml.charAt(index) != '\n' && yaml.charAt(index) != '\r') {
            index++;
        }
        return index;
    }

    private int index(Node node) {
        return position(node.getStartMark().getIndex());
    }

    /// Marks count code points.
    private int position(int codePoints) {
        return yaml.offsetByCodePoints(0, codePoints);
    }

    private Node compose() {
        return new Yaml(loaderOptions()).compose(new StringReader(yaml));
    }

    private static Map<String, Object> load(String yaml) {
        try {
            Object data = new Yaml(new SafeConstructor(loaderOptions())).load(yaml);
            if (data == null) {
                return new LinkedHashMap<>();
            }
            if (data instanceof Map<?, ?>) {
                return ModelIndex.map(data);
            }
            throw new InvalidCard("its metadata is no mapping");
        } catch (MarkedYAMLException e) {
            throw new InvalidCard("its metadata is no valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new InvalidCard("its metadata is no valid YAML");
        }
    }

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(50);
        options.setCodePointLimit(MAX_LENGTH);
        return options;
    }

    /// `data` in YAML, all lines but the first indented by `column`, without a line break at its end.
    private String dump(Object data, int column) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        options.setAllowUnicode(true);
        return new Yaml(new CarefulRepresenter(options), options)
                .dump(data)
                .stripTrailing()
                .replace("\n", newline + " ".repeat(column));
    }

    /// Quotes texts that some reader of YAML takes for numbers, such as a commit hash of digits and one `e`.
    private static final class CarefulRepresenter extends Representer {

        CarefulRepresenter(DumperOptions options) {
            super(options);
            representers.put(String.class, value -> {
                String text = (String) value;
                DumperOptions.ScalarStyle style = text.matches("[-+.:_0-9eExo]+")
                        ? DumperOptions.ScalarStyle.SINGLE_QUOTED
                        : DumperOptions.ScalarStyle.PLAIN;
                return representScalar(Tag.STR, text, style);
            });
        }
    }
}
