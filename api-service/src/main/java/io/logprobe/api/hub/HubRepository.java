package io.logprobe.api.hub;

import io.logprobe.contracts.Require;
import java.util.Locale;

/// A repository of the Hub.
///
/// @param type what it holds
/// @param id `owner/name`
public record HubRepository(Type type, String id) {

    /// What a repository holds.
    public enum Type {
        MODEL("models", ""),
        DATASET("datasets", "datasets/");

        private final String api;
        private final String web;

        Type(String api, String web) {
            this.api = api;
            this.web = web;
        }
    }

    public HubRepository {
        Require.repositoryId(id, "repository");
    }

    /// Path segment of the repositories of this type below `/api/`.
    String api() {
        return type.api;
    }

    String owner() {
        return id.substring(0, id.indexOf('/'));
    }

    String name() {
        return id.substring(id.indexOf('/') + 1);
    }

    /// Path of the repository's page and files.
    String webPath() {
        return "/" + type.web + id;
    }

    @Override
    public String toString() {
        return type.name().toLowerCase(Locale.ROOT) + " " + id;
    }
}
