package io.logprobe.contracts.spec;

import io.logprobe.contracts.Require;

/// A model of the Hub at one commit: the weights of a repository, or one GGUF file in it.
///
/// @param id repository, `owner/name`
/// @param revision commit hash; never a branch, which may move
/// @param file path of the GGUF file that is the model, weights, configuration and tokenizer in one, or of the first
/// part of one that is split ([GgufPart]); null where the repository's other weights are
/// @param architecture `model_type` of its `config.json`, or `general.architecture` of the GGUF file
/// @param parameterCount number of parameters as far as the weight files tell, 0 where unknown
/// @param weightBytes size of the weight files in bytes
public record ModelRevision(
        String id, String revision, String file, String architecture, long parameterCount, long weightBytes) {

    public ModelRevision {
        Require.repositoryId(id, "model id");
        Require.commit(revision, "revision of model " + id);
        if (file != null) {
            Require.ggufPath(file, "file of model " + id);
        }
        Require.text(architecture, "architecture of model " + id);
        Require.notNegative(parameterCount, "parameterCount of model " + id);
        Require.notNegative(weightBytes, "weightBytes of model " + id);
    }

    /// What people call it: `owner/name`, or `owner/name/file.gguf`.
    public String name() {
        return file == null ? id : id + "/" + file;
    }

    /// [#name()] at its commit, as `owner/name@commit`: equal for equal files.
    public String pinned() {
        return name() + "@" + revision;
    }
}
