package io.logprobe.standalone.hub;

import java.util.regex.Pattern;

/// Names a repository: its kind, owner and name, in the characters the Hub allows, so that it is safe as a path.
record RepositoryId(RepositoryType type, String owner, String name) {

    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");

    RepositoryId {
        if (!isSegment(owner) || !isSegment(name)) {
            throw Refusal.repositoryNotFound(type.wireName() + " " + owner + "/" + name);
        }
    }

    static boolean isSegment(String text) {
        return SEGMENT.matcher(text).matches() && !text.contains("..") && !text.endsWith(".git");
    }

    /// `owner/name`, the Hub's `repo_id`.
    String fullName() {
        return owner + "/" + name;
    }

    /// Path of its page.
    String page() {
        return "/" + type.pagePrefix() + fullName();
    }

    @Override
    public String toString() {
        return type.folder() + "/" + fullName();
    }
}
