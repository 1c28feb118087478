package io.logprobe.notifier.pullrequest;

import io.logprobe.contracts.outcome.EvaluationCompleted;
import io.logprobe.contracts.spec.GgufPart;
import io.logprobe.contracts.spec.ModelRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The commands by which a reader of a pull request gets the same figures: model and rows as they were, options as they
/// were. Whatever stands in a command is of characters that no shell and no Markdown acts on.
final class Reproduction {

    private static final String DEFAULT_HUB = "https://huggingface.co";
    private static final int SHORT_DIGEST = 12;
    private static final Pattern HARMLESS_PATH = Pattern.compile("[A-Za-z0-9][\\w./+=-]{0,399}");
    private static final Pattern BACKEND = Pattern.compile("(cpu|cuda|reference)\\b.*");

    private Reproduction() {}

    static String commands(EvaluationCompleted evaluation, Links links) {
        ModelRevision model = evaluation.model();
        String folder = model.id().replaceFirst(".*/", "") + "-" + shortened(model.revision());
        String digest = evaluation.dataset().digest();
        String rows = "rows-" + shortened(digest) + ".jsonl";
        List<String> lines = new ArrayList<>();
        if (!links.hub().equals(DEFAULT_HUB)) {
            lines.add("export HF_ENDPOINT=" + links.hub());
        }
        lines.add("hf download " + model.id() + files(model) + " --revision " + model.revision() + " --local-dir "
                + folder);
        lines.add("curl -fsS -o " + rows + " " + links.rows());
        lines.add("echo '" + digest + "  " + rows + "' | sha256sum --check");
        lines.add("./logprobe score --model " + folder + (model.file() == null ? "" : "/" + file(model)) + " --input "
                + rows + " --output scores.jsonl" + options(evaluation));
        lines.add("./logprobe metrics --results scores.jsonl");
        return String.join("\n", lines);
    }

    /// Whether the commands have `FILE` in place of a name that might do harm there.
    static boolean leavesOutFile(ModelRevision model) {
        return model.file() != null && !HARMLESS_PATH.matcher(model.file()).matches();
    }

    private static String files(ModelRevision model) {
        if (model.file() == null) {
            return "";
        }
        return GgufPart.parse(file(model))
                .filter(part -> part.count() > 1)
                .map(part -> " --include '%s-*-of-%05d.gguf'".formatted(part.name(), part.count()))
                .orElseGet(() -> " " + file(model));
    }

    private static String file(ModelRevision model) {
        return leavesOutFile(model) ? "FILE" : model.file();
    }

    private static String options(EvaluationCompleted evaluation) {
        Matcher backend = BACKEND.matcher(evaluation.provenance().backend());
        return " --dtype " + evaluation.options().dtype().name().toLowerCase(Locale.ROOT)
                + " --bos " + evaluation.options().bos().name().toLowerCase(Locale.ROOT)
                + (backend.matches() ? " --backend " + backend.group(1) : "");
    }

    private static String shortened(String digest) {
        return digest.substring(0, SHORT_DIGEST);
    }
}
