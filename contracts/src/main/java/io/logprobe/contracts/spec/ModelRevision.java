package io.logprobe.contracts.spec;

import io.logprobe.contracts.Require;

/// A model repository of the Hub at one commit.
///
/// @param id repository, `owner/name`
/// @param revision commit hash; never a branch, which may move
/// @param architecture `model_type` of its `config.json`
/// @param parameterCount number of parameters as far as the weight files tell, 0 where unknown
/// @param weightBytes size of the weight files in bytes
public record ModelRevision(String id, String revision, String architecture, long parameterCount, long weightBytes) {

    public ModelRevision {
        Require.repositoryId(id, "model id");
        Require.commit(revision, "revision of model " + id);
        Require.text(architecture, "architecture of model " + id);
        Require.notNegative(parameterCount, "parameterCount of model " + id);
        Require.notNegative(weightBytes, "weightBytes of model " + id);
    }
}
