package io.logprobe.api.job;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.logprobe.api.model.ModelReference;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// A model that a job names.
///
/// @param id repository, `owner/name`; one of its GGUF files is `owner/name:QUANTISATION` or `owner/name/file.gguf`
/// @param revision branch, tag or commit; `main` if not given
@Schema(
        description =
                "A model on the Hub: the string owner/name, or owner/name:QUANTISATION or owner/name/file.gguf for"
                        + " one of several GGUF files (any part of one that is split), or an object with such an id"
                        + " and a revision")
record ModelRequest(String id, String revision) {

    @JsonCreator
    ModelRequest {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ModelRequest ofId(String id) {
        return new ModelRequest(id, null);
    }

    /// What the id of a checked request means.
    ModelReference reference() {
        return ModelReference.parse(id).orElseThrow();
    }

    String revisionOrMain() {
        return revision == null ? "main" : revision;
    }
}
