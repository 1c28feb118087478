package io.logprobe.api.dataset;

import io.logprobe.api.rows.CanonicalRows;
import io.logprobe.contracts.spec.DatasetRevision;
import java.util.Optional;

/// A checked dataset that may or may not be stored already.
public final class PreparedDataset implements AutoCloseable {

    private final DatasetRevision revision;
    private final DatasetSource source;
    private final CanonicalRows rows;

    private PreparedDataset(DatasetRevision revision, DatasetSource source, CanonicalRows rows) {
        this.revision = revision;
        this.source = source;
        this.rows = rows;
    }

    static PreparedDataset stored(DatasetRevision revision) {
        return new PreparedDataset(revision, null, null);
    }

    static PreparedDataset read(DatasetSource source, CanonicalRows rows) {
        DatasetRevision revision = new DatasetRevision(
                source.id(), source.config(), source.split(), source.revision(), rows.digest(), rows.exampleCount());
        return new PreparedDataset(revision, source, rows);
    }

    /// What a job refers to.
    public DatasetRevision revision() {
        return revision;
    }

    /// Where new rows came from, nothing if they are stored already.
    Optional<DatasetSource> source() {
        return Optional.ofNullable(source);
    }

    /// New rows, nothing if they are stored already.
    Optional<CanonicalRows> rows() {
        return Optional.ofNullable(rows);
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
