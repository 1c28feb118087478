package io.logprobe.standalone.hub;

import java.util.Locale;
import java.util.Optional;

/// The two kinds of repositories this Hub holds.
enum RepositoryType {
    MODEL("models", ""),
    DATASET("datasets", "datasets/");

    private final String folder;
    private final String pagePrefix;

    RepositoryType(String folder, String pagePrefix) {
        this.folder = folder;
        this.pagePrefix = pagePrefix;
    }

    /// Name of the folder below the root, and of the segment after `/api/`.
    String folder() {
        return folder;
    }

    /// What stands before `owner/name` in the address of a page or a file.
    String pagePrefix() {
        return pagePrefix;
    }

    /// The name in JSON.
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<RepositoryType> ofFolder(String folder) {
        for (RepositoryType type : values()) {
            if (type.folder.equals(folder)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
