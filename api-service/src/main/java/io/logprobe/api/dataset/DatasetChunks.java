package io.logprobe.api.dataset;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// The bytes of canonical rows in pieces, so that no more than one piece is in memory.
@ApplicationScoped
class DatasetChunks {

    static final int CHUNK_BYTES = 1 << 20;

    private final EntityManager database;

    DatasetChunks(EntityManager database) {
        this.database = database;
    }

    /// Stores everything in the caller's transaction.
    @Transactional(Transactional.TxType.MANDATORY)
    void store(String digest, InputStream content) throws IOException {
        int ordinal = 0;
        int rowsBefore = 0;
        for (byte[] chunk = content.readNBytes(CHUNK_BYTES);
                chunk.length > 0;
                chunk = content.readNBytes(CHUNK_BYTES)) {
            database.createNativeQuery("""
                            insert into dataset_chunk (digest, ordinal, rows_before, content)
                            values (:digest, :ordinal, :rowsBefore, :content)""")
                    .setParameter("digest", digest)
                    .setParameter("ordinal", ordinal++)
                    .setParameter("rowsBefore", rowsBefore)
                    .setParameter("content", chunk)
                    .executeUpdate();
            rowsBefore += lineEnds(chunk);
        }
    }

    private static int lineEnds(byte[] chunk) {
        int count = 0;
        for (byte value : chunk) {
            count += value == '\n' ? 1 : 0;
        }
        return count;
    }

    /// Copies all bytes, piece by piece.
    ///
    /// @param sizeBytes how many there are
    void copy(String digest, long sizeBytes, OutputStream out) throws IOException {
        int chunks = Math.toIntExact((sizeBytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
        for (int ordinal = 0; ordinal < chunks; ordinal++) {
            int next = ordinal;
            out.write(QuarkusTransaction.requiringNew().call(() -> chunk(digest, next)));
        }
    }

    /// Reads single rows, in the caller's transaction.
    @Transactional(Transactional.TxType.MANDATORY)
    StoredRows rows(String digest) {
        List<?> rowsBefore = database.createNativeQuery(
                        "select rows_before from dataset_chunk where digest = :digest order by ordinal", Integer.class)
                .setParameter("digest", digest)
                .getResultList();
        return new StoredRows(rowsBefore.stream().map(Integer.class::cast).toList(), ordinal -> chunk(digest, ordinal));
    }

    private byte[] chunk(String digest, int ordinal) {
        return (byte[]) database.createNativeQuery(
                        "select content from dataset_chunk where digest = :digest and ordinal = :ordinal", byte[].class)
                .setParameter("digest", digest)
                .setParameter("ordinal", ordinal)
                .getSingleResult();
    }
}
