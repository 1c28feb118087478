package io.logprobe.api.dataset;

import io.logprobe.api.hub.Hub;
import io.logprobe.api.hub.HubRepository;
import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.api.rows.ColumnMapping;
import io.logprobe.api.rows.RowFile;
import io.logprobe.api.rows.RowFormat;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// Finds the rows that a request means among the files of a dataset on the Hub.
@ApplicationScoped
class HubDatasets {

    private final Hub hub;

    HubDatasets(Hub hub) {
        this.hub = hub;
    }

    /// Rows on the Hub that have not been read yet.
    ///
    /// @param source names them, pinned to a commit
    /// @param files where they are
    record Located(DatasetSource source, List<RowFile> files) {}

    Located locate(DatasetRequest request) {
        HubSnapshot snapshot = hub.snapshot(
                new HubRepository(HubRepository.Type.DATASET, request.id()),
                request.revision() == null ? "main" : request.revision());
        DatasetCard card = DatasetCard.parse(snapshot.card());
        List<String> paths =
                snapshot.files().stream().map(HubSnapshot.File::path).toList();
        SplitFiles split = SplitFiles.find(paths, card, request.config(), request.split());
        DatasetSource source = new DatasetSource(
                request.id(), split.config(), split.split(), snapshot.commit(), columns(request, card, split));
        return new Located(
                source, split.paths().stream().map(path -> file(snapshot, path)).toList());
    }

    private RowFile file(HubSnapshot snapshot, String path) {
        RowFormat format =
                RowFormat.of(path).orElseThrow(() -> Unacceptable.invalid(path + " has no format that can be read"));
        return new RowFile(path, format, () -> hub.open(snapshot, path));
    }

    private static ColumnMapping columns(DatasetRequest request, DatasetCard card, SplitFiles split) {
        if (request.columns() != null) {
            return request.columns();
        }
        return card.evaluations().stream()
                .filter(evaluation ->
                        card.configs().isEmpty() || evaluation.config().equals(split.config()))
                .flatMap(evaluation -> evaluation.columns().stream())
                .findFirst()
                .orElse(ColumnMapping.DEFAULT);
    }
}
