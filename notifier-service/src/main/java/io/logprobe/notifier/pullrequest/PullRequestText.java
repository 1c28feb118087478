package io.logprobe.notifier.pullrequest;

import io.logprobe.contracts.outcome.Estimate;
import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.spec.DatasetRevision;
import java.util.Locale;
import java.util.UUID;

/// What a pull request says. Names that users chose freely are shown as code, so that they neither format the
/// text nor mention anybody.
final class PullRequestText {

    private static final int MAX_NAME_LENGTH = 80;
    private static final int MAX_PATH_LENGTH = 400;
    /// Datasets that ship with the product and are made up for its demonstration.
    private static final String DEMO_OWNER = "logprobe-demo/";

    private PullRequestText() {}

    /// By this, and by nothing else, we know our pull request again.
    static String marker(UUID evaluationId) {
        return "<!-- logprobe:" + evaluationId + " -->";
    }

    static String title(EvaluationCompleted evaluation) {
        DatasetRevision dataset = evaluation.dataset();
        String config = dataset.config().equals("default") ? "" : plain(dataset.config(), MAX_NAME_LENGTH) + ", ";
        String file = evaluation.model().file() == null
                ? ""
                : "of " + plain(evaluation.model().file(), MAX_NAME_LENGTH) + " ";
        return "Add zero-shot evaluation results " + file + "on " + dataset.id() + " (" + config
                + plain(dataset.split(), MAX_NAME_LENGTH) + ")";
    }

    static String body(EvaluationCompleted evaluation, Links links) {
        DatasetRevision dataset = evaluation.dataset();
        String rows = "SHA-256 of the rows " + code(dataset.digest());
        return """
                This adds the results of a zero-shot evaluation of %s%s to the metadata of the model card. \
                Nothing else in the card changes.
                %s
                | | |
                |---|---|
                | Accuracy | %s |
                | Loss | %s |
                | Dataset | %s, configuration %s, split %s, %d examples |
                | Examples cut to the model's length | %d |

                Accuracy is the share of examples whose most probable class is the target; loss is the mean \
                −log softmax over the classes' log-probabilities. Intervals are 95 %% intervals.

                ### Provenance

                | | |
                |---|---|
                | Model | %s at %s%s |
                | Dataset | %s, %s |
                | Tokenizer | SHA-256 %s |
                | Engine | Logprobe %s, backend %s, weights and products in %s |
                | Beginning-of-sequence token | %s |
                | Per-example log-probabilities | %s |

                ### Reproduce

                In a folder of Logprobe %s, with `hf` of the Python package `huggingface_hub`%s:

                ```sh
                %s
                ```

                The rows come from the service that scored them. Wherever they come from, the digest tells whether \
                they are the same: one JSON object `{"text", "classes", "target"}` a line, in the order of the \
                dataset. Another backend gives the same figures but for rounding.

                %s
                """.formatted(
                        code(evaluation.model().id()),
                        file(evaluation),
                        synthetic(dataset),
                        interval(evaluation.metrics().accuracy()),
                        interval(evaluation.metrics().loss()),
                        code(dataset.id()),
                        code(dataset.config()),
                        code(dataset.split()),
                        evaluation.metrics().exampleCount(),
                        evaluation.metrics().truncatedCount(),
                        code(evaluation.model().id()),
                        code(evaluation.model().revision()),
                        file(evaluation),
                        dataset.revision() == null ? "uploaded" : "commit " + code(dataset.revision()),
                        rows,
                        code(evaluation.provenance().tokenizerDigest()),
                        code(evaluation.provenance().engineVersion()),
                        code(evaluation.provenance().backend()),
                        code(evaluation.provenance().computedType()),
                        bos(evaluation),
                        links.jobPage(),
                        code(evaluation.provenance().engineVersion()),
                        Reproduction.leavesOutFile(evaluation.model()) ? ", `FILE` being the file above" : "",
                        Reproduction.commands(evaluation, links),
                        marker(evaluation.evaluationId()));
    }

    private static String synthetic(DatasetRevision dataset) {
        return dataset.id().startsWith(DEMO_OWNER)
                ? "\n**This dataset is synthetic**: it was made from templates to demonstrate Logprobe, and says"
                        + " nothing about natural language.\n"
                : "";
    }

    private static String file(EvaluationCompleted evaluation) {
        String file = evaluation.model().file();
        return file == null ? "" : ", file `" + plain(file, MAX_PATH_LENGTH) + "`";
    }

    private static String bos(EvaluationCompleted evaluation) {
        return evaluation.options().bos().name().toLowerCase(Locale.ROOT);
    }

    private static String interval(Estimate estimate) {
        return "%.4f (95 %%: %.4f to %.4f)".formatted(estimate.value(), estimate.low95(), estimate.high95());
    }

    private static String code(String text) {
        return "`" + plain(text, MAX_NAME_LENGTH) + "`";
    }

    /// One short line without anything that Markdown or the Hub would act on.
    private static String plain(String text, int maxLength) {
        String line = text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]+", " ")
                .replaceAll("[`|<>\\[\\]*]", "_")
                .replace('@', '＠')
                .strip();
        return line.length() > maxLength ? line.substring(0, maxLength) + "…" : line;
    }
}
