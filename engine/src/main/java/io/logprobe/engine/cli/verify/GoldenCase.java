package io.logprobe.engine.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.Example;
import java.util.ArrayList;
import java.util.List;

/// One example of a `golden.json` file, with the classes that lm-evaluation-harness could score.
///
/// @param expected what it found for each class: `token_logprobs`, their `sum` and `is_greedy`
public record GoldenCase(Example example, List<JsonNode> expected) {

    /// The examples of a file that have such a class.
    public static List<GoldenCase> of(JsonNode golden) {
        List<GoldenCase> cases = new ArrayList<>();
        for (JsonNode node : golden.get("cases")) {
            List<String> classes = new ArrayList<>();
            List<JsonNode> expected = new ArrayList<>();
            for (int c = 0; c < node.get("classes").size(); c++) {
                if (!node.get("results").get(c).has("hflm_error")) {
                    classes.add(node.get("classes").get(c).textValue());
                    expected.add(node.get("results").get(c));
                }
            }
            if (!classes.isEmpty()) {
                cases.add(new GoldenCase(new Example(node.get("text").textValue(), classes, null), expected));
            }
        }
        return cases;
    }
}
