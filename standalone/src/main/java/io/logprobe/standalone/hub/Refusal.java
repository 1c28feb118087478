package io.logprobe.standalone.hub;

/// A request that is answered with an error: HTTP status, the Hub's `X-Error-Code` where it has one, and a sentence.
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    private Refusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    /// `X-Error-Code`, or an empty text where the Hub sends none.
    String code() {
        return code;
    }

    static Refusal repositoryNotFound(String repository) {
        return new Refusal(404, "RepoNotFound", "Repository not found: " + repository);
    }

    static Refusal revisionNotFound(RepositoryId repository, String revision) {
        return new Refusal(404, "RevisionNotFound", "Invalid rev id: " + revision + " of " + repository);
    }

    static Refusal entryNotFound(String message) {
        return new Refusal(404, "EntryNotFound", message);
    }

    static Refusal notFound(String message) {
        return new Refusal(404, "", message);
    }

    static Refusal invalid(String message) {
        return new Refusal(400, "", message);
    }

    static Refusal notSignedIn() {
        return new Refusal(401, "", "Invalid username or password.");
    }

    static Refusal forbidden(String message) {
        return new Refusal(403, "", message);
    }

    static Refusal methodNotAllowed(String method) {
        return new Refusal(405, "", "Method " + method + " is not allowed here");
    }

    static Refusal conflict(String message) {
        return new Refusal(409, "", message);
    }

    static Refusal outdatedParent(String message) {
        return new Refusal(412, "", message);
    }

    static Refusal tooLarge(String what, long limit) {
        return new Refusal(413, "", what + " is larger than " + limit + " bytes");
    }

    static Refusal unsupported(String message) {
        return new Refusal(501, "", message);
    }
}
