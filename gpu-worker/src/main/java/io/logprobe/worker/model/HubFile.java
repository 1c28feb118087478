package io.logprobe.worker.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/// An entry of the Hub's file listing.
///
/// @param type `file` or `directory`
/// @param path relative to the repository
/// @param size bytes
/// @param oid git's blob SHA-1 of a regular file
/// @param lfs the content's own digest if it is stored apart, else null
@JsonIgnoreProperties(ignoreUnknown = true)
record HubFile(String type, String path, long size, String oid, Lfs lfs) {

    /// @param oid SHA-256 of the content
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Lfs(String oid, long size) {}

    boolean isFile() {
        return "file".equals(type);
    }

    /// What the content is checked against; names the file in the cache.
    ContentDigest digest() {
        return lfs == null ? new ContentDigest.GitBlob(oid) : new ContentDigest.Sha256(lfs.oid());
    }
}
