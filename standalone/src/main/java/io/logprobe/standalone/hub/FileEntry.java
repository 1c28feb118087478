package io.logprobe.standalone.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/// One file of a commit.
///
/// @param path within the repository
/// @param oid git's blob hash: of the content, or of the pointer that stands for large content
/// @param size of the content in bytes
/// @param sha256 of the content
/// @param large whether git would hold a pointer (Git LFS) instead of the content
record FileEntry(String path, String oid, long size, String sha256, boolean large) {

    /// From this size on a file is large, as on the Hub.
    static final long LARGE_SIZE = 10L << 20;

    /// Extensions that the Hub's default `.gitattributes` hands to LFS and that models and datasets use.
    private static final Set<String> LARGE_EXTENSIONS = Set.of(
            "7z",
            "arrow",
            "bin",
            "ckpt",
            "gguf",
            "gz",
            "h5",
            "model",
            "msgpack",
            "npy",
            "npz",
            "onnx",
            "parquet",
            "pickle",
            "pkl",
            "pt",
            "pth",
            "safetensors",
            "tar",
            "tflite",
            "tgz",
            "xz",
            "zip",
            "zst");

    static boolean isLarge(String path, long size) {
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return size > 0 && (size >= LARGE_SIZE || LARGE_EXTENSIONS.contains(extension));
    }

    static FileEntry of(String path, byte[] content) {
        return of(path, content.length, sha256(content), blobOid(content), isLarge(path, content.length));
    }

    /// Reads `file` once.
    static FileEntry of(String path, Path file) throws IOException {
        long size = Files.size(file);
        MessageDigest sha256 = digest("SHA-256");
        MessageDigest sha1 = digest("SHA-1");
        sha1.update(blobHeader(size));
        boolean large = isLarge(path, size);
        long read = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 18];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                if (!large) {
                    sha1.update(buffer, 0, n);
                }
                read += n;
            }
        }
        if (read != size) {
            throw new IOException(
                    file + " changed while it was read: " + size + " bytes announced, " + read + " found");
        }
        return of(path, size, hex(sha256), large ? "" : hex(sha1), large);
    }

    /// An entry for large content of which only the hash is known.
    static FileEntry largeOf(String path, long size, String sha256) {
        return of(path, size, sha256, "", true);
    }

    private static FileEntry of(String path, long size, String sha256, String blobOid, boolean large) {
        String oid = large ? blobOid(pointer(sha256, size)) : blobOid;
        return new FileEntry(path, oid, size, sha256, large);
    }

    /// What identifies the content to a downloader: the ETag of the file.
    String etag() {
        return large ? sha256 : oid;
    }

    int pointerSize() {
        return pointer(sha256, size).length;
    }

    boolean sameContent(FileEntry other) {
        return other != null && sha256.equals(other.sha256);
    }

    FileEntry at(String newPath) {
        return new FileEntry(newPath, oid, size, sha256, large);
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(content));
    }

    static String sha1(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-1").digest(content));
    }

    /// `git hash-object` of `content`.
    private static String blobOid(byte[] content) {
        MessageDigest sha1 = digest("SHA-1");
        sha1.update(blobHeader(content.length));
        sha1.update(content);
        return hex(sha1);
    }

    private static byte[] blobHeader(long size) {
        return ("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /// <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>
    private static byte[] pointer(String sha256, long size) {
        return ("version https://git-lfs.github.com/spec/v1\noid sha256:" + sha256 + "\nsize " + size + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
