package io.logprobe.worker.model;

import io.logprobe.contracts.spec.GgufPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Which files of a repository the engine needs: one GGUF file or all parts of one, which is a model by itself, or
/// configuration, tokenizer and one set of weights, the safest format there is.
final class ModelFiles {

    private static final Set<String> CONFIGURATION = Set.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model");

    private static final Pattern SAFETENSORS =
            Pattern.compile("model(-\\d{5}-of-\\d{5})?\\.safetensors|model\\.safetensors\\.index\\.json");
    private static final Pattern PYTORCH =
            Pattern.compile("pytorch_model(-\\d{5}-of-\\d{5})?\\.bin|pytorch_model\\.bin\\.index\\.json");

    private ModelFiles() {}

    /// The files to download; empty if there are no weights that can be read.
    ///
    /// @param gguf path of the GGUF file that is the model or its first part, null where it is the repository's
    /// other weights
    static List<HubFile> select(List<HubFile> repository, String gguf) {
        List<HubFile> files = repository.stream().filter(HubFile::isFile).toList();
        return gguf == null ? ofFolder(files) : matching(files, GgufPart.filesOf(gguf)::contains);
    }

    /// The first file of a GGUF model that was not found.
    static Optional<String> missing(List<HubFile> selected, String gguf) {
        List<String> found = selected.stream().map(HubFile::path).toList();
        return GgufPart.filesOf(gguf).stream()
                .filter(path -> !found.contains(path))
                .findFirst();
    }

    private static List<HubFile> ofFolder(List<HubFile> files) {
        for (Pattern format : List.of(SAFETENSORS, PYTORCH)) {
            List<HubFile> weights = matching(files, format.asMatchPredicate());
            if (!weights.isEmpty()) {
                List<HubFile> selected = new ArrayList<>(matching(files, CONFIGURATION::contains));
                selected.addAll(weights);
                return selected;
            }
        }
        return List.of();
    }

    private static List<HubFile> matching(List<HubFile> files, Predicate<String> path) {
        return files.stream().filter(file -> path.test(file.path())).toList();
    }
}
