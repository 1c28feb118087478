package io.logprobe.api.dataset;

import io.logprobe.api.rows.ColumnMapping;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// The dataset that a job names: either rows that were uploaded, by their digest, or a split on the Hub.
///
/// @param digest SHA-256 of uploaded rows
/// @param id dataset repository, `owner/name`; with a digest, the name that the rows were uploaded under
/// @param config configuration; that of the dataset's card, or `default`, if not given
/// @param split split, also with a digest; that of the dataset's card, or `test`, or the only one, if not given
/// @param revision branch, tag or commit; `main` if not given
/// @param columns which columns are scored; those of the dataset's card, or `text`, `classes`, `target`, if not given
@Schema(description = "Either a digest of uploaded rows, or a split of a dataset on the Hub")
public record DatasetRequest(
        String digest, String id, String config, String split, String revision, ColumnMapping columns) {}
