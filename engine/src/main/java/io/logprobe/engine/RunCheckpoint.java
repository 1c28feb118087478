package io.logprobe.engine;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.failure.OutputUnwritable;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.model.LayerCheckpoint;
import io.logprobe.engine.model.Predictions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// A job's state on disk between two layers: the predictions of the blocks that are done, and the hidden states of
/// the one in work. The file is replaced as a whole, so that a process that dies leaves the last complete state.
///
/// ```
/// magic 8 | digest of the job 32 | nanoseconds spent 8
/// blocks done 4 | per block: predictions 4, logprobs 8 each, greedy 1 each
/// layers done 4 | float32 [rows, hidden], if there are layers done | CRC-32C of everything before it 4
/// ```
final class RunCheckpoint implements LayerCheckpoint {

    private static final long MAGIC = 0x4c50434b50543033L; // LPCKPT03
    private static final int PIECE_BYTES = 16 << 20;

    private final Path file;
    private final Path partial;
    private final long intervalNanos;
    private final byte[] digest;
    private final Backend backend;
    private final List<Predictions> done = new ArrayList<>();
    private int layersDone;
    private long hiddenStates; // where they begin in the file, until they are restored; 0 for nowhere
    private Duration earlier = Duration.ZERO;
    private final long start = System.nanoTime();
    private long lastSave = start;

    private RunCheckpoint(Checkpointing where, byte[] digest, Backend backend) {
        this.file = where.file();
        this.partial = file.resolveSibling(file.getFileName() + ".partial");
        this.intervalNanos = where.interval().toNanos();
        this.digest = digest;
        this.backend = backend;
    }

    /// Takes up the state that an earlier run has left, if there is one. Whoever calls this has its [CheckpointLock].
    ///
    /// @throws InvalidInput when it belongs to another job or is damaged
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

    /// Time that earlier processes have spent on scoring the job up to this state. What they did after they had
    /// kept it was lost with them, and nobody knows how long that took.
    Duration earlier() {
        return earlier;
    }

    /// Layers of the block after those that are done, for which there are hidden states.
    int layersDone() {
        return layersDone;
    }

    private void load() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            requireIntact(channel);
            byte[] found = read(channel, digest.length).array();
            if (!Arrays.equals(found, digest)) {
                throw new InvalidInput("checkpoint " + file
                        + " belongs to a job with another model, other data or other options: delete it to start anew");
            }
            earlier = Duration.ofNanos(read(channel, Long.BYTES).getLong());
            for (int blocks = read(channel, Integer.BYTES).getInt(); blocks > 0; blocks--) {
                done.add(predictions(channel));
            }
            layersDone = read(channel, Integer.BYTES).getInt();
            hiddenStates = layersDone > 0 ? channel.position() : 0;
        } catch (IOException e) {
            throw new InvalidInput("checkpoint " + file + " cannot be read: " + FileFault.describe(e), e);
        }
    }

    /// Reads the magic number and compares the checksum: from then on the file is trusted.
    private void requireIntact(FileChannel channel) throws IOException {
        long checked = channel.size() - Integer.BYTES;
        if (checked < Long.BYTES + digest.length) {
            throw new InvalidInput("checkpoint " + file + " is incomplete: delete it to start anew");
        }
        if (read(channel, Long.BYTES).getLong() != MAGIC) {
            throw new InvalidInput("checkpoint " + file + " is none of this version: delete it to start anew");
        }
        channel.position(0);
        CRC32C checksum = new CRC32C();
        for (long left = checked; left > 0; left -= PIECE_BYTES) {
            checksum.update(read(channel, (int) Math.min(PIECE_BYTES, left)));
        }
        if (read(channel, Integer.BYTES).getInt() != (int) checksum.getValue()) {
            throw new InvalidInput("checkpoint " + file + " is damaged: delete it to start anew");
        }
        channel.position(Long.BYTES);
    }

    private static ByteBuffer read(FileChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        readFully(channel, buffer);
        return buffer.flip();
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("it has become shorter");
            }
        }
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
        if (hiddenStates == 0) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                NativeBuffer buffer = NativeBuffer.allocate(pieceRows(hidden) * rowBytes(hidden))) {
            channel.position(hiddenStates);
            for (int row = 0; row < hidden.rows(); row += pieceRows(hidden)) {
                Matrix piece = hidden.rows(row, Math.min(pieceRows(hidden), hidden.rows() - row));
                var values = buffer.data().asSlice(0, piece.rows() * rowBytes(hidden));
                readFully(channel, values.asByteBuffer());
                backend.write(values, piece);
            }
        } catch (IOException e) {
            throw new InvalidInput("checkpoint " + file + " cannot be read: " + FileFault.describe(e), e);
        }
        hiddenStates = 0;
        return layersDone;
    }

    private static long rowBytes(Matrix hidden) {
        return (long) hidden.columns() * Float.BYTES;
    }

    private static int pieceRows(Matrix hidden) {
        return (int) Math.max(1, Math.min(hidden.rows(), PIECE_BYTES / rowBytes(hidden)));
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
        save(layersDone, layersDone == 0 ? null : hidden);
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
        try {
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                write(channel, layers, hidden);
                channel.force(true);
            } catch (IOException e) {
                Files.deleteIfExists(partial);
                throw e;
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw OutputUnwritable.of("checkpoint " + file, e);
        }
        lastSave = System.nanoTime();
    }

    private void write(FileChannel channel, int layers, Matrix hidden) throws IOException {
        CRC32C checksum = new CRC32C();
        write(
                channel,
                ByteBuffer.allocate(Long.BYTES + digest.length + Long.BYTES + Integer.BYTES)
                        .putLong(MAGIC)
                        .put(digest)
                        .putLong(earlier.toNanos() + System.nanoTime() - start)
                        .putInt(done.size())
                        .flip(),
                checksum);
        for (Predictions predictions : done) {
            write(channel, bytes(predictions), checksum);
        }
        write(channel, number(layers), checksum);
        if (hidden != null) {
            writeHidden(channel, hidden, checksum);
        }
        write(channel, number((int) checksum.getValue()), checksum);
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).flip();
    }

    /// In pieces: there is no memory for the hidden states twice.
    private void writeHidden(FileChannel channel, Matrix hidden, CRC32C checksum) throws IOException {
        try (NativeBuffer buffer = NativeBuffer.allocate(pieceRows(hidden) * rowBytes(hidden))) {
            for (int row = 0; row < hidden.rows(); row += pieceRows(hidden)) {
                Matrix piece = hidden.rows(row, Math.min(pieceRows(hidden), hidden.rows() - row));
                var values = buffer.data().asSlice(0, piece.rows() * rowBytes(hidden));
                backend.read(piece, values);
                write(channel, values.asByteBuffer(), checksum);
            }
        }
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
        return buffer.flip();
    }

    private static void write(FileChannel channel, ByteBuffer buffer, CRC32C checksum) throws IOException {
        checksum.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /// The job is done: nothing is left to continue.
    void delete() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw OutputUnwritable.of("checkpoint " + file, e);
        }
    }
}
