package io.logprobe.api.dataset;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

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
        for (byte[] chunk = content.readNBytes(CHUNK_BYTES);
                chunk.length > 0;
                chunk = content.readNBytes(CHUNK_BYTES)) {
            database.createNativeQuery(
                            "insert into dataset_chunk (digest, ordinal, content) values (:digest, :ordinal, :content)")
                    .setParameter("digest", digest)
                    .setParameter("ordinal", ordinal++)
                    .setParameter("content", chunk)
                    .executeUpdate();
        }
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

    private byte[] chunk(String digest, int ordinal) {
        return (byte[]) database.createNativeQuery(
                        "select content from dataset_chunk where digest = :digest and ordinal = :ordinal", byte[].class)
                .setParameter("digest", digest)
                .setParameter("ordinal", ordinal)
                .getSingleResult();
    }
}
