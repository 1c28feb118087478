package io.logprobe.api.model;

import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.Require;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which GGUF file of a repository is meant. A choice is never made for the user: a figure would be of a file that
/// nobody named.
final class GgufChoice {

    private static final Pattern PART = Pattern.compile(".*-\\d{5}-of-\\d{5}\\.gguf");
    private static final String EXTENSION = ".gguf";
    private static final int MOST_LISTED = 40;

    private final HubSnapshot snapshot;
    private final List<String> whole;
    private final boolean anyParts;

    private GgufChoice(HubSnapshot snapshot) {
        List<String> all = snapshot.files().stream()
                .map(HubSnapshot.File::path)
                .filter(Require::isGgufPath)
                .sorted()
                .toList();
        this.snapshot = snapshot;
        this.whole = all.stream().filter(path -> !isPart(path)).toList();
        this.anyParts = whole.size() < all.size();
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
        if (whole.size() > 1) {
            throw Unacceptable.invalid(snapshot.repository() + " has " + whole.size() + " GGUF files; name one as "
                    + id() + ":QUANTISATION or " + id() + "/FILE: " + listed(whole));
        }
        if (whole.isEmpty() && anyParts) {
            throw parts(snapshot.repository() + " has only GGUF files");
        }
        return whole.stream().findFirst();
    }

    private String quantised(String name) {
        Pattern ending = Pattern.compile("(?i)(.*[-./])?" + Pattern.quote(name + EXTENSION));
        List<String> found =
                whole.stream().filter(path -> ending.matcher(path).matches()).toList();
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
        if (isPart(path)) {
            throw parts(path + " is one of several");
        }
        return path;
    }

    private Unacceptable missing(String what) {
        return Unacceptable.invalid(snapshot.repository() + " has no GGUF file " + what + " at " + snapshot.commit()
                + (whole.isEmpty() ? "" : "; it has " + listed(whole))
                + (anyParts ? "; files that are split into parts cannot be scored" : ""));
    }

    private static Unacceptable parts(String what) {
        return Unacceptable.invalid(what + " that are split into parts (-00001-of-…), which cannot be scored");
    }

    private String id() {
        return snapshot.repository().id();
    }

    private static boolean isPart(String path) {
        return PART.matcher(path).matches();
    }

    private static String listed(List<String> paths) {
        String listed = String.join(", ", paths.subList(0, Math.min(MOST_LISTED, paths.size())));
        return paths.size() > MOST_LISTED ? listed + " and " + (paths.size() - MOST_LISTED) + " more" : listed;
    }
}
