package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.PickleValue.Storage;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The ZIP form of `torch.save`: `NAME/data.pkl` refers to storages by key, `NAME/data/KEY` holds their elements.
final class TorchZip {

    private static final String PICKLE = "/data.pkl";

    private TorchZip() {}

    static List<StoredTensor> read(TensorFile file) {
        Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(file);
        List<String> pickles =
                entries.keySet().stream().filter(name -> name.endsWith(PICKLE)).toList();
        if (pickles.size() != 1) {
            throw new InvalidCheckpoint(
                    file.path() + ": " + pickles.size() + " entries named data.pkl where there must be one");
        }
        ZipDirectory.Entry pickle = entries.get(pickles.getFirst());
        String root = pickle.name().substring(0, pickle.name().length() - PICKLE.length());
        requireLittleEndian(file, entries.get(root + "/byteorder"));
        SequentialInput input = new SequentialInput(file, "pickle", pickle.start(), pickle.end());
        PickleValue value = Pickle.read(input).value();
        if (input.position() != pickle.end()) {
            throw input.invalid("something follows the state dict");
        }
        return TorchFile.tensors(file, value, storage -> start(file, entries, root, storage));
    }

    private static long start(TensorFile file, Map<String, ZipDirectory.Entry> entries, String root, Storage storage) {
        ZipDirectory.Entry entry = entries.get(root + "/data/" + storage.key());
        long bytes = bytes(file, storage);
        if (entry == null || entry.length() != bytes) {
            throw new InvalidCheckpoint(file.path() + ": storage '" + storage.key() + "' of " + bytes + " bytes "
                    + (entry == null ? "is missing" : "has " + entry.length()));
        }
        return entry.start();
    }

    private static long bytes(TensorFile file, Storage storage) {
        try {
            return storage.type().byteSize(storage.elements());
        } catch (ArithmeticException e) {
            throw new InvalidCheckpoint(
                    file.path() + ": storage '" + storage.key() + "' of " + storage.elements() + " elements", e);
        }
    }

    private static void requireLittleEndian(TensorFile file, ZipDirectory.Entry entry) {
        if (entry == null) {
            return;
        }
        String order = entry.length() > 16
                ? "unknown"
                : new String(file.readBytes(entry.start(), (int) entry.length()), StandardCharsets.US_ASCII);
        if (!order.equals("little")) {
            throw new InvalidCheckpoint(file.path() + ": byte order '" + order + "' is not supported");
        }
    }
}
