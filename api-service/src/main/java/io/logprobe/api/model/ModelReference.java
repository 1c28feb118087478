package io.logprobe.api.model;

import io.logprobe.contracts.Require;
import java.util.Optional;
import java.util.regex.Pattern;

/// A model as users name it: `owner/name`, `owner/name:QUANTISATION` or `owner/name/path/of/file.gguf`.
///
/// @param repository `owner/name`
/// @param selection what of the repository is meant
public record ModelReference(String repository, Selection selection) {

    private static final Pattern QUANTISATION = Pattern.compile("[A-Za-z0-9][\\w.-]{0,63}");

    /// What of a repository is meant.
    sealed interface Selection {}

    /// Its weights, or its only GGUF file where it has no others.
    record Unnamed() implements Selection {}

    /// The GGUF file of this quantisation, such as `Q4_K_M`.
    record Quantisation(String name) implements Selection {}

    /// The GGUF file at this path.
    record File(String path) implements Selection {}

    /// What `name` means; nothing if it has none of the three forms.
    public static Optional<ModelReference> parse(String name) {
        if (name == null) {
            return Optional.empty();
        }
        int file = name.indexOf('/', name.indexOf('/') + 1);
        if (file > name.indexOf('/')) {
            return of(name.substring(0, file), new File(name.substring(file + 1)));
        }
        int quantisation = name.indexOf(':');
        return quantisation < 0
                ? of(name, new Unnamed())
                : of(name.substring(0, quantisation), new Quantisation(name.substring(quantisation + 1)));
    }

    private static Optional<ModelReference> of(String repository, Selection selection) {
        boolean valid = Require.isRepositoryId(repository)
                && switch (selection) {
                    case Unnamed _ -> true;
                    case Quantisation(String name) -> QUANTISATION.matcher(name).matches();
                    case File(String path) -> Require.isGgufPath(path);
                };
        return valid ? Optional.of(new ModelReference(repository, selection)) : Optional.empty();
    }
}
