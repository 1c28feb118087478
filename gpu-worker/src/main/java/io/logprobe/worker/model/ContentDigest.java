package io.logprobe.worker.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The digest that the Hub gives for a file.
sealed interface ContentDigest {

    String hex();

    /// Whether the file has this digest.
    boolean matches(Path file) throws IOException;

    /// SHA-256 of the content: files in large-file storage.
    record Sha256(String hex) implements ContentDigest {

        private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

        public Sha256 {
            require(FORM, hex);
        }

        static Sha256 of(byte[] content) {
            return new Sha256(HexFormat.of().formatHex(messageDigest("SHA-256").digest(content)));
        }

        @Override
        public boolean matches(Path file) throws IOException {
            return hex.equals(digest("SHA-256", new byte[0], file));
        }
    }

    /// Git's SHA-1 of `blob <size>\0` and the content: files in the repository itself.
    record GitBlob(String hex) implements ContentDigest {

        private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

        public GitBlob {
            require(FORM, hex);
        }

        @Override
        public boolean matches(Path file) throws IOException {
            byte[] header = ("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII);
            return hex.equals(digest("SHA-1", header, file));
        }
    }

    private static void require(Pattern form, String hex) {
        // The digest becomes a file name.
        if (hex == null || !form.matcher(hex).matches()) {
            throw new IllegalArgumentException("the Hub gave no valid digest: " + hex);
        }
    }

    private static String digest(String algorithm, byte[] header, Path file) throws IOException {
        MessageDigest digest = messageDigest(algorithm);
        digest.update(header);
        byte[] buffer = new byte[1 << 20];
        try (InputStream content = Files.newInputStream(file)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest messageDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
