package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.PickleValue.Bool;
import io.logprobe.engine.checkpoint.PickleValue.Dict;
import io.logprobe.engine.checkpoint.PickleValue.Int;
import io.logprobe.engine.checkpoint.PickleValue.Sequence;
import io.logprobe.engine.checkpoint.PickleValue.Storage;
import io.logprobe.engine.checkpoint.PickleValue.Text;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The form of `torch.save` before PyTorch 1.6: pickles of a magic number, a protocol version, facts about the system,
/// the state dict and the list of storage keys, then the storages in that order, each after its number of elements.
final class TorchLegacy {

    private static final PickleValue MAGIC = new Int(new BigInteger("1950a86a20f9469cfc6c", 16));
    private static final PickleValue PROTOCOL = new Int(BigInteger.valueOf(1001));

    private final TensorFile file;

    private TorchLegacy(TensorFile file) {
        this.file = file;
    }

    static List<StoredTensor> read(TensorFile file) {
        return new TorchLegacy(file).read();
    }

    private List<StoredTensor> read() {
        if ((file.readBytes(0, 1)[0] & 0xFF) != 0x80) {
            throw invalid("neither a ZIP archive nor a pickle");
        }
        SequentialInput input = new SequentialInput(file, "pickle", 0, file.size());
        if (!Pickle.read(input).value().equals(MAGIC)) {
            throw invalid("not a file of torch.save: wrong magic number");
        }
        if (!Pickle.read(input).value().equals(PROTOCOL)) {
            throw invalid("unknown version of the legacy format");
        }
        boolean littleEndian = Pickle.read(input).value() instanceof Dict(Map<String, PickleValue> facts)
                && facts.get("little_endian") instanceof Bool(boolean value)
                && value;
        if (!littleEndian) {
            throw invalid("not written by a little-endian system");
        }
        Pickle.Content content = Pickle.read(input);
        if (!(Pickle.read(input).value() instanceof Sequence(List<PickleValue> keys))) {
            throw invalid("no list of storages after the state dict");
        }
        Map<String, Long> starts = starts(keys, byKey(content.storages()), input.position());
        return TorchFile.tensors(file, content.value(), storage -> starts.get(storage.key()));
    }

    private Map<String, Storage> byKey(List<Storage> storages) {
        Map<String, Storage> byKey = new HashMap<>();
        for (Storage storage : storages) {
            Storage other = byKey.putIfAbsent(storage.key(), storage);
            boolean same = other == null || (other.type() == storage.type() && other.elements() == storage.elements());
            if (!same) {
                throw invalid("two descriptions of storage '" + storage.key() + "'");
            }
        }
        return byKey;
    }

    private Map<String, Long> starts(List<PickleValue> keys, Map<String, Storage> storages, long dataStart) {
        Map<String, Long> starts = new HashMap<>();
        long position = dataStart;
        for (PickleValue item : keys) {
            Storage storage = item instanceof Text(String key) ? storages.get(key) : null;
            if (storage == null) {
                throw invalid("a storage that the state dict does not mention, of unknown size");
            }
            long elements = new SequentialInput(file, "storage", position, file.size()).readLong();
            position += Long.BYTES;
            long available = (file.size() - position) / storage.type().blockBytes();
            if (elements != storage.elements() || elements > available) {
                throw invalid("storage '" + storage.key() + "' of " + storage.elements() + " elements has "
                        + Math.min(elements, available));
            }
            if (starts.put(storage.key(), position) != null) {
                throw invalid("storage '" + storage.key() + "' is listed twice");
            }
            position += storage.type().byteSize(elements);
        }
        if (!starts.keySet().containsAll(storages.keySet())) {
            throw invalid("a storage of the state dict is missing");
        }
        if (position != file.size()) {
            throw invalid((file.size() - position) + " bytes follow the last storage");
        }
        return starts;
    }

    private InvalidCheckpoint invalid(String problem) {
        return new InvalidCheckpoint(file.path() + ": " + problem);
    }
}
