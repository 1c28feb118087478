package io.logprobe.standalone.hub;

import java.util.Set;

/// Checks paths inside a repository, which come from strangers, before they meet the file system.
final class RepositoryPath {

    private static final int MAX_LENGTH = 1024;
    private static final int MAX_SEGMENT_LENGTH = 255;
    /// Folders that belong to tools, not to the repository.
    private static final Set<String> RESERVED = Set.of(".git", ".hub", ".cache");

    private RepositoryPath() {}

    /// @return `path`, which is relative, normalised and free of anything that could leave the repository
    /// @throws Refusal otherwise
    static String checked(String path) {
        if (path.isEmpty() || path.length() > MAX_LENGTH) {
            throw Refusal.invalid("a path has 1 to " + MAX_LENGTH + " characters, not " + path.length());
        }
        for (String segment : path.split("/", -1)) {
            if (!isSegment(segment)) {
                throw Refusal.invalid("path '" + path + "' is not allowed: it must be relative, without '.', '..',"
                        + " empty or reserved parts, backslashes and control characters");
            }
        }
        return path;
    }

    private static boolean isSegment(String segment) {
        return !segment.isEmpty()
                && segment.length() <= MAX_SEGMENT_LENGTH
                && !segment.equals(".")
                && !segment.equals("..")
                && !isReserved(segment)
                && segment.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c));
    }

    /// Whether a file or folder of this name is no part of the repository.
    static boolean isReserved(String segment) {
        return RESERVED.contains(segment) || segment.startsWith(DurableFiles.TEMPORARY_PREFIX);
    }
}
