package io.logprobe.api.job;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// A model that a job names.
///
/// @param id repository, `owner/name`
/// @param revision branch, tag or commit; `main` if not given
@Schema(description = "A model on the Hub: the string owner/name, or an object with a revision")
record ModelRequest(String id, String revision) {

    @JsonCreator
    ModelRequest {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ModelRequest ofId(String id) {
        return new ModelRequest(id, null);
    }

    String revisionOrMain() {
        return revision == null ? "main" : revision;
    }
}
