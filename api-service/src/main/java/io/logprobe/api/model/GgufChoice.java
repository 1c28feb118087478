package io.logprobe.api.model;

import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.Require;
import io.logprobe.contracts.spec.GgufPart;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which GGUF file of a repository is meant, the first one of a model that is split into parts. A choice is never
/// made for the user: a figure would be of a file that nobody named. Multimodal projectors, which belong to the
/// language model beside them, are none of the files to choose from.
final class GgufChoice {

    private static final String EXTENSION = ".gguf";
    /// What llama.cpp calls the file that brings images or sound into a language model's embeddings.
    private static final Pattern PROJECTOR = Pattern.compile("(?i)(.*/)?[^/]*mmproj[^/]*");
    private static final int MOST_LISTED = 40;

    private final HubSnapshot snapshot;
    private final List<String> models;

    private GgufChoice(HubSnapshot snapshot) {
        this.snapshot = snapshot;
        this.models = snapshot.files().stream()
                .map(HubSnapshot.File::path)
                .filter(Require::isGgufPath)
                .filter(path -> !PROJECTOR.matcher(path).matches())
                .map(GgufPart::firstOf)
                .distinct()
                .sorted()
                .toList();
    }

    /// The path of the GGUF file, or nothing where the repository's other weights are meant.
    ///
    /// @param otherWeights whether the repository has weights in another format
    /// @throws Unacceptable if no file or several could be meant
    static Optional<String> of(ModelReference.Selection selection, HubSnapshot snapshot, boolean otherWeights) {
        GgufChoice choice = new GgufChoice(snapshot);
        return switch (selection) {
            case ModelReference.Unnamed _ -> otherWeights ? Optional.empty() : choice.only();
            case ModelReference.Quantisation(String name) -> Optional.of(choice.quantised(name));
            case ModelReference.File(String path) -> Optional.of(choice.named(path));
        };
    }

    private Optional<String> only() {
        if (models.size() > 1) {
            throw Unacceptable.invalid(snapshot.repository() + " has " + models.size() + " GGUF files; name one as "
                    + id() + ":QUANTISATION or " + id() + "/FILE: " + listed(models));
        }
        return models.stream().findFirst();
    }

    private String quantised(String name) {
        Pattern ending = Pattern.compile("(?i)(.*[-./])?" + Pattern.quote(name + EXTENSION));
        List<String> found = models.stream()
                .filter(path -> ending.matcher(whole(path)).matches())
                .toList();
        if (found.size() > 1) {
            throw Unacceptable.invalid(snapshot.repository() + " has " + found.size() + " GGUF files of quantisation "
                    + name + "; name one as " + id() + "/FILE: " + listed(found));
        }
        return found.stream().findFirst().orElseThrow(() -> missing("of quantisation " + name));
    }

    private String named(String path) {
        if (snapshot.file(path).isEmpty()) {
            throw missing(path);
        }
        return GgufPart.firstOf(path);
    }

    private Unacceptable missing(String what) {
        return Unacceptable.invalid(snapshot.repository() + " has no GGUF file " + what + " at " + snapshot.commit()
                + (models.isEmpty() ? "" : "; it has " + listed(models)));
    }

    private String id() {
        return snapshot.repository().id();
    }

    /// What a model's file would be called if it were not split.
    private static String whole(String path) {
        return GgufPart.parse(path).map(part -> part.name() + EXTENSION).orElse(path);
    }

    private static String listed(List<String> paths) {
        String listed = String.join(", ", paths.subList(0, Math.min(MOST_LISTED, paths.size())));
        return paths.size() > MOST_LISTED ? listed + " and " + (paths.size() - MOST_LISTED) + " more" : listed;
    }
}
