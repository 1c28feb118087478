package io.logprobe.standalone.hub;

import java.util.List;

/// A revision at the start of a path, and what follows it.
///
/// @param name `main`, `refs/pr/<number>` or a commit hash
/// @param path the rest, joined by slashes
record Revision(String name, String path) {

    /// `refs/pr/1` may come as one encoded segment or as three.
    static Revision first(List<String> segments) {
        if (segments.isEmpty()) {
            throw Refusal.invalid("the address names no revision");
        }
        boolean split = segments.size() >= 3 && segments.getFirst().equals("refs");
        int length = split ? 3 : 1;
        return new Revision(
                String.join("/", segments.subList(0, length)),
                String.join("/", segments.subList(length, segments.size())));
    }

    /// The revision where nothing else may follow.
    static String whole(List<String> segments) {
        Revision revision = first(segments);
        return revision.path().isEmpty() ? revision.name() : revision.name() + "/" + revision.path();
    }
}
