package io.logprobe.standalone.hub;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A discussion of a repository; a pull request is one that has a base commit.
///
/// @param number counted from 1 within the repository
/// @param title one line
/// @param author user name
/// @param createdAt when it was opened
/// @param status where it stands
/// @param baseCommit the commit of `main` the pull request was made from, null for a plain discussion
/// @param mergeCommit the commit that merged it, null unless merged
/// @param events what happened, oldest first
record Discussion(
        int number,
        String title,
        String author,
        Instant createdAt,
        Status status,
        String baseCommit,
        String mergeCommit,
        List<Event> events) {

    enum Status {
        DRAFT,
        OPEN,
        CLOSED,
        MERGED;

        @JsonValue
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One entry of the page.
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Comment.class, name = "comment"),
        @JsonSubTypes.Type(value = StatusChange.class, name = "status-change"),
        @JsonSubTypes.Type(value = CommitPushed.class, name = "commit"),
        @JsonSubTypes.Type(value = TitleChange.class, name = "title-change")
    })
    sealed interface Event permits Comment, StatusChange, CommitPushed, TitleChange {
        String author();

        Instant at();
    }

    record Comment(String author, Instant at, String text) implements Event {}

    record StatusChange(String author, Instant at, Status status) implements Event {}

    record CommitPushed(String author, Instant at, String subject, String commit) implements Event {}

    record TitleChange(String author, Instant at, String from, String to) implements Event {}

    Discussion {
        events = List.copyOf(events);
    }

    boolean isPullRequest() {
        return baseCommit != null;
    }

    /// Name of the git reference that holds a pull request's commits.
    String reference() {
        return "refs/pr/" + number;
    }

    Discussion with(Event event) {
        List<Event> extended = new ArrayList<>(events);
        extended.add(event);
        return switch (event) {
            case Comment _ -> copy(title, status, mergeCommit, extended);
            case CommitPushed _ -> copy(title, status == Status.DRAFT ? Status.OPEN : status, mergeCommit, extended);
            case StatusChange change -> copy(title, change.status(), mergeCommit, extended);
            case TitleChange change -> copy(change.to(), status, mergeCommit, extended);
        };
    }

    Discussion merged(String user, Instant now, String commit) {
        Discussion changed = with(new StatusChange(user, now, Status.MERGED));
        return changed.copy(changed.title, changed.status, commit, changed.events);
    }

    private Discussion copy(String newTitle, Status newStatus, String newMergeCommit, List<Event> newEvents) {
        return new Discussion(number, newTitle, author, createdAt, newStatus, baseCommit, newMergeCommit, newEvents);
    }
}
