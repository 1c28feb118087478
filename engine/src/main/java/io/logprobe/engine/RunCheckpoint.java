package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.model.LayerCheckpoint;
import io.logprobe.engine.model.Predictions;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A job's state on disk between two layers: the predictions of the blocks that are done, and the hidden states of
/// the one in work. The file is replaced as a whole, so that a process that dies leaves the last complete state.
///
/// ```
/// magic 8 | digest of the job 32 | blocks done 4 | per block: predictions 4, logprobs 8 each, greedy 1 each
/// layers done 4 | rows 4 | columns 4 | hidden float32 [rows, columns]
/// ```
final class RunCheckpoint implements LayerCheckpoint {

    private static final long MAGIC = 0x4c50434b50543031L; // LPCKPT01
    private static final int LARGEST_WRITE = 64 << 20;

    private final Path file;
    private final long intervalNanos;
    private final byte[] digest;
    private final Backend backend;
    private final List<Predictions> done = new ArrayList<>();
    private int layersDone;
    private NativeBuffer restored; // [rows, columns] of the block in work, until it is taken
    private long lastSave = System.nanoTime();

    private RunCheckpoint(Checkpointing where, byte[] digest, Backend backend) {
        this.file = where.file();
        this.intervalNanos = where.interval().toNanos();
        this.digest = digest;
        this.backend = backend;
    }

    /// Takes up the state that an earlier run has left, if there is one.
    ///
    /// @throws InvalidInput when it belongs to another job, or is damaged
    static RunCheckpoint open(Checkpointing where, byte[] digest, Backend backend) {
        RunCheckpoint checkpoint = new RunCheckpoint(where, digest, backend);
        if (Files.exists(where.file())) {
            checkpoint.load();
        }
        return checkpoint;
    }

    /// Predictions of the blocks that are done.
    List<Predictions> done() {
        return done;
    }

    private void load() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (read(channel, Long.BYTES).getLong() != MAGIC) {
                throw new InvalidInput("checkpoint " + file + " is none of this version");
            }
            byte[] found = read(channel, digest.length).array();
            if (!Arrays.equals(found, digest)) {
                throw new InvalidInput("checkpoint " + file
                        + " belongs to a job with another model, other data or other options: delete it to start anew");
            }
            for (int blocks = read(channel, Integer.BYTES).getInt(); blocks > 0; blocks--) {
                done.add(predictions(channel));
            }
            layersDone = read(channel, Integer.BYTES).getInt();
            long rows = read(channel, Integer.BYTES).getInt();
            long columns = read(channel, Integer.BYTES).getInt();
            long bytes = rows * columns * Float.BYTES;
            if (layersDone > 0 && bytes == channel.size() - channel.position()) {
                restored = NativeBuffer.allocate(bytes);
                for (long at = 0; at < bytes; at += LARGEST_WRITE) {
                    ByteBuffer part = restored.data()
                            .asSlice(at, Math.min(LARGEST_WRITE, bytes - at))
                            .asByteBuffer();
                    while (part.hasRemaining() && channel.read(part) >= 0) {}
                }
            } else if (layersDone > 0) {
                throw new EOFException("incomplete");
            }
        } catch (IOException e) {
            throw new InvalidInput("checkpoint " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer read(FileChannel channel, int bytes) throws IOException {
        if (bytes < 0 || bytes > channel.size() - channel.position()) {
            throw new EOFException("incomplete");
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
        return buffer.flip();
    }

    private static Predictions predictions(FileChannel channel) throws IOException {
        int count = read(channel, Integer.BYTES).getInt();
        double[] logprobs = new double[count];
        read(channel, Math.multiplyExact(count, Double.BYTES)).asDoubleBuffer().get(logprobs);
        ByteBuffer flags = read(channel, count);
        boolean[] greedy = new boolean[count];
        for (int i = 0; i < count; i++) {
            greedy[i] = flags.get() != 0;
        }
        return new Predictions(logprobs, greedy);
    }

    @Override
    public int restore(Matrix hidden) {
        if (restored == null) {
            return 0;
        }
        try (NativeBuffer values = restored) {
            if (values.data().byteSize() != (long) hidden.rows() * hidden.columns() * Float.BYTES) {
                throw new InvalidInput("checkpoint " + file + " holds hidden states of another shape");
            }
            backend.write(values.data(), hidden);
        }
        restored = null;
        return layersDone;
    }

    @Override
    public void layerDone(int layers, Matrix hidden) {
        layersDone = layers;
        if (System.nanoTime() - lastSave >= intervalNanos) {
            save(layers, hidden);
        }
    }

    @Override
    public void failed(Matrix hidden) {
        if (layersDone > 0) {
            save(layersDone, hidden);
        }
    }

    /// A block is done.
    void blockDone(Predictions predictions) {
        done.add(predictions);
        layersDone = 0;
        if (System.nanoTime() - lastSave >= intervalNanos) {
            save(0, null);
        }
    }

    private void save(int layers, Matrix hidden) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        int rows = hidden == null ? 0 : hidden.rows();
        int columns = hidden == null ? 0 : hidden.columns();
        try {
            try (FileChannel channel = FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING);
                    NativeBuffer values = NativeBuffer.allocate((long) rows * columns * Float.BYTES)) {
                write(
                        channel,
                        ByteBuffer.allocate(Long.BYTES + digest.length + Integer.BYTES)
                                .putLong(MAGIC)
                                .put(digest)
                                .putInt(done.size()));
                for (Predictions predictions : done) {
                    write(channel, bytes(predictions));
                }
                write(
                        channel,
                        ByteBuffer.allocate(3 * Integer.BYTES)
                                .putInt(layers)
                                .putInt(rows)
                                .putInt(columns));
                if (hidden != null) {
                    backend.read(hidden, values.data());
                    for (long at = 0; at < values.data().byteSize(); at += LARGEST_WRITE) {
                        long size = Math.min(LARGEST_WRITE, values.data().byteSize() - at);
                        ByteBuffer part = values.data().asSlice(at, size).asByteBuffer();
                        while (part.hasRemaining()) {
                            channel.write(part);
                        }
                    }
                }
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + " cannot be written", e);
        }
        lastSave = System.nanoTime();
    }

    private static ByteBuffer bytes(Predictions predictions) {
        int count = predictions.logprobs().length;
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES + count * (Double.BYTES + 1));
        buffer.putInt(count);
        for (double logprob : predictions.logprobs()) {
            buffer.putDouble(logprob);
        }
        for (boolean greedy : predictions.greedy()) {
            buffer.put((byte) (greedy ? 1 : 0));
        }
        return buffer;
    }

    private static void write(FileChannel channel, ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// The job is done: nothing is left to continue.
    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + file + " cannot be deleted", e);
        }
    }
}
