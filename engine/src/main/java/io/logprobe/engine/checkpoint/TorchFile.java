package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.PickleValue.Dict;
import io.logprobe.engine.checkpoint.PickleValue.Storage;
import io.logprobe.engine.checkpoint.PickleValue.Tensor;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A state dict saved by `torch.save`: a ZIP archive since PyTorch 1.6, a sequence of pickles before.
final class TorchFile {

    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

    private TorchFile() {}

    static List<StoredTensor> read(TensorFile file) {
        if (file.size() < ZIP_MAGIC.length) {
            throw new InvalidCheckpoint(file.path() + ": " + file.size() + " bytes are too few for a state dict");
        }
        byte[] magic = file.readBytes(0, ZIP_MAGIC.length);
        return Arrays.equals(magic, ZIP_MAGIC) ? TorchZip.read(file) : TorchLegacy.read(file);
    }

    /// Byte positions of storages in the file.
    interface Storages {

        /// Position of the first element, after checking that all elements are there.
        long start(Storage storage);
    }

    /// The tensors among the entries of a pickled dict.
    static List<StoredTensor> tensors(TensorFile file, PickleValue root, Storages storages) {
        if (!(root instanceof Dict(Map<String, PickleValue> entries))) {
            throw new InvalidCheckpoint(file.path() + ": not a dict of tensors");
        }
        List<StoredTensor> tensors = new ArrayList<>();
        entries.forEach((name, value) -> {
            if (value instanceof Tensor tensor) {
                tensors.add(located(file, name, tensor, storages));
            }
        });
        if (tensors.isEmpty()) {
            throw new InvalidCheckpoint(file.path() + ": a dict without tensors");
        }
        return tensors;
    }

    private static StoredTensor located(TensorFile file, String name, Tensor tensor, Storages storages) {
        if (name.length() > Limits.NAME_LENGTH) {
            throw new InvalidCheckpoint(file.path() + ": a tensor's name of " + name.length() + " characters");
        }
        Storage storage = tensor.storage();
        TensorInfo info = new TensorInfo(name, storage.type(), tensor.shape(), file.path());
        long start = storages.start(storage) + storage.type().byteSize(tensor.offset());
        return new StoredTensor(info, file, start, Layout.of(tensor.shape(), tensor.strides()));
    }
}
