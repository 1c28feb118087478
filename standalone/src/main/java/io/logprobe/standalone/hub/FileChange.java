package io.logprobe.standalone.hub;

/// One operation of a commit; a path was checked before it gets here.
sealed interface FileChange {

    String path();

    /// Content that came with the request.
    final class Put implements FileChange {

        private final String path;
        private final byte[] content;

        Put(String path, byte[] content) {
            this.path = path;
            this.content = content;
        }

        @Override
        public String path() {
            return path;
        }

        byte[] content() {
            return content;
        }
    }

    /// Content that was uploaded before, or that a file of the repository has.
    record PutLarge(String path, String sha256) implements FileChange {}

    record Delete(String path) implements FileChange {}

    /// Everything below `path`, which has no slash at its end.
    record DeleteFolder(String path) implements FileChange {}
}
