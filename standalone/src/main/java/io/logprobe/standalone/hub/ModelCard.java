package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/// A README: metadata between two lines of dashes, then text.
///
/// @param metadata the YAML block as JSON; empty if there is none or if it cannot be read
/// @param body what follows the block
/// @param errors why the Hub would refuse it
/// @param warnings what the Hub would remark
record ModelCard(ObjectNode metadata, String body, List<String> errors, List<String> warnings) {

    /// The block as the Hub finds it, <https://github.com/huggingface/huggingface_hub> `repocard.py`.
    private static final Pattern BLOCK = Pattern.compile("^(\\s*---[\\r\\n]+)([\\S\\s]*?)([\\r\\n]+---(\\r\\n|\\n|$))");

    private static final int MAX_YAML_LENGTH = 1 << 20;

    static ModelCard parse(String content) {
        Matcher block = BLOCK.matcher(content);
        if (!block.find()) {
            return new ModelCard(
                    Json.object(), content, List.of(), List.of("empty or missing yaml metadata in repo card"));
        }
        String body = content.substring(block.end());
        try {
            Object yaml = new Yaml(new SafeConstructor(loaderOptions())).load(block.group(2));
            JsonNode metadata = Json.MAPPER.valueToTree(yaml == null ? Map.of() : yaml);
            if (!(metadata instanceof ObjectNode object)) {
                return new ModelCard(Json.object(), body, List.of("the metadata is no mapping of keys"), List.of());
            }
            return new ModelCard(object, body, modelIndexErrors(object.path("model-index")), List.of());
        } catch (MarkedYAMLException e) {
            return unreadable(
                    body,
                    "invalid YAML: " + e.getProblem() + " in line "
                            + (e.getProblemMark() == null
                                    ? "?"
                                    : e.getProblemMark().getLine() + 1) + " of the metadata");
        } catch (YAMLException | IllegalArgumentException e) {
            return unreadable(body, "invalid YAML: " + e.getMessage());
        }
    }

    /// @throws Refusal if the Hub would not take a README of this content
    static void requireValid(byte[] content) {
        List<String> errors = parse(new String(content, StandardCharsets.UTF_8)).errors();
        if (!errors.isEmpty()) {
            throw Refusal.invalid("Invalid metadata in README.md: " + String.join("; ", errors));
        }
    }

    private static ModelCard unreadable(String body, String error) {
        return new ModelCard(Json.object(), body, List.of(error), List.of());
    }

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(50);
        options.setCodePointLimit(MAX_YAML_LENGTH);
        return options;
    }

    /// What the Hub demands of `model-index`: see its model card specification.
    private static List<String> modelIndexErrors(JsonNode index) {
        List<String> errors = new ArrayList<>();
        if (index.isMissingNode()) {
            return errors;
        }
        if (!index.isArray()) {
            return List.of("\"model-index\" must be an array");
        }
        for (int i = 0; i < index.size(); i++) {
            String at = "model-index[" + i + "]";
            requireText(index.get(i), "name", at, errors);
            JsonNode results = index.get(i).path("results");
            if (!results.isArray()) {
                errors.add("\"" + at + ".results\" is required and must be an array");
                continue;
            }
            for (int j = 0; j < results.size(); j++) {
                resultErrors(results.get(j), at + ".results[" + j + "]", errors);
            }
        }
        return errors;
    }

    private static void resultErrors(JsonNode result, String at, List<String> errors) {
        requireText(result.path("task"), "type", at + ".task", errors);
        requireText(result.path("dataset"), "type", at + ".dataset", errors);
        requireText(result.path("dataset"), "name", at + ".dataset", errors);
        if (result.has("source")) {
            requireText(result.path("source"), "url", at + ".source", errors);
        }
        JsonNode metrics = result.path("metrics");
        if (!metrics.isArray()) {
            errors.add("\"" + at + ".metrics\" is required and must be an array");
            return;
        }
        for (int k = 0; k < metrics.size(); k++) {
            String metric = at + ".metrics[" + k + "]";
            requireText(metrics.get(k), "type", metric, errors);
            if (!metrics.get(k).hasNonNull("value")) {
                errors.add("\"" + metric + ".value\" is required");
            }
        }
    }

    private static void requireText(JsonNode object, String field, String at, List<String> errors) {
        JsonNode value = object.path(field);
        if (!value.isTextual() || value.textValue().isBlank()) {
            errors.add("\"" + at + "." + field + "\" is required and must be a string");
        }
    }
}
