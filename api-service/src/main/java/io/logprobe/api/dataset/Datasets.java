package io.logprobe.api.dataset;

import static java.util.stream.Collectors.joining;

import io.logprobe.api.problem.Unacceptable;
import io.logprobe.api.rows.CanonicalRows;
import io.logprobe.api.rows.Canonicaliser;
import io.logprobe.api.rows.DatasetRow;
import io.logprobe.api.rows.RowFile;
import io.logprobe.contracts.spec.DatasetRevision;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Datasets in canonical form, found by the digest of their rows. Rows are read from the Hub once.
@ApplicationScoped
public class Datasets {

    private final HubDatasets hub;
    private final Canonicaliser canonicaliser;
    private final DatasetRepository datasets;
    private final DatasetSourceRepository sources;
    private final DatasetChunks chunks;

    Datasets(
            HubDatasets hub,
            Canonicaliser canonicaliser,
            DatasetRepository datasets,
            DatasetSourceRepository sources,
            DatasetChunks chunks) {
        this.hub = hub;
        this.canonicaliser = canonicaliser;
        this.datasets = datasets;
        this.sources = sources;
        this.chunks = chunks;
    }

    /// Finds or reads and checks what a request names; the caller closes it.
    ///
    /// @throws Unacceptable if there is no such dataset, or a row of it is at fault
    public PreparedDataset prepare(DatasetRequest request) {
        if (request.digest() != null) {
            return PreparedDataset.stored(known(request));
        }
        HubDatasets.Located located = hub.locate(request);
        Optional<DatasetRevision> known = QuarkusTransaction.requiringNew()
                .call(() -> sources.read(located.source()).map(DatasetSourceEntity::toRevision));
        return known.map(PreparedDataset::stored).orElseGet(() -> read(located.source(), located.files()));
    }

    /// Reads and checks rows that are not on the Hub; the caller closes them.
    PreparedDataset read(DatasetSource source, List<RowFile> files) {
        return PreparedDataset.read(source, canonicaliser.canonicalise(files, source.columns()));
    }

    /// Makes the dataset durable in the caller's transaction, unless it is already.
    @Transactional(Transactional.TxType.MANDATORY)
    public void store(PreparedDataset dataset) {
        Instant now = Instant.now();
        dataset.rows().ifPresent(rows -> name(dataset.source().orElseThrow(), stored(rows, now), now));
    }

    private DatasetEntity stored(CanonicalRows rows, Instant now) {
        datasets.lock(rows.digest());
        return datasets.findByIdOptional(rows.digest()).orElseGet(() -> {
            DatasetEntity entity = new DatasetEntity(rows, now);
            datasets.persistAndFlush(entity);
            try (InputStream content = rows.open()) {
                chunks.store(rows.digest(), content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return entity;
        });
    }

    private void name(DatasetSource source, DatasetEntity dataset, Instant now) {
        Optional<DatasetSourceEntity> known =
                source.revision() == null ? sources.uploaded(source, dataset.digest()) : sources.read(source);
        known.ifPresentOrElse(
                existing -> existing.used(now), () -> sources.persist(new DatasetSourceEntity(source, dataset, now)));
    }

    /// Rows that are stored already, under the name that was asked for or else the one used last.
    private DatasetRevision known(DatasetRequest request) {
        List<DatasetRevision> names = QuarkusTransaction.requiringNew().call(() -> sources.of(request.digest()).stream()
                .map(DatasetSourceEntity::toRevision)
                .toList());
        if (names.isEmpty()) {
            throw Unacceptable.invalid(
                    "no rows with digest " + request.digest() + " were uploaded: POST them to /v1/datasets");
        }
        return names.stream()
                .filter(name -> request.split() == null || name.split().equals(request.split()))
                .filter(name -> request.id() == null || isUpload(name, request.id()))
                .findFirst()
                .orElseThrow(() -> Unacceptable.invalid("the rows with digest " + request.digest()
                        + " were not uploaded under this name; they are known as "
                        + names.stream()
                                .map(name -> name.id() + " (" + name.split() + ")")
                                .distinct()
                                .collect(joining(", "))));
    }

    private static boolean isUpload(DatasetRevision name, String id) {
        return name.revision() == null && name.id().equals(id);
    }

    /// What is known of a stored dataset.
    Optional<DatasetView> describe(String digest) {
        return QuarkusTransaction.requiringNew().call(() -> {
            List<DatasetSourceEntity> known = sources.of(digest);
            return known.stream()
                    .findFirst()
                    .map(latest -> latest.toView(
                            known.stream().map(DatasetSourceEntity::toName).toList()));
        });
    }

    /// A stored dataset by its digest.
    Optional<DatasetEntity> find(String digest) {
        return QuarkusTransaction.requiringNew().call(() -> datasets.findByIdOptional(digest));
    }

    /// Single rows of a stored dataset, but no more of them than have `maxBytes` together; at least the first.
    ///
    /// @param indexes which rows, from 0
    public List<DatasetRow> rows(String digest, List<Integer> indexes, long maxBytes) {
        return QuarkusTransaction.requiringNew().call(() -> chunks.rows(digest).at(indexes, maxBytes));
    }

    /// Copies the rows of a stored dataset.
    void copy(DatasetEntity dataset, OutputStream out) throws IOException {
        chunks.copy(dataset.digest(), dataset.sizeBytes(), out);
    }
}
