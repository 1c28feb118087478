package io.logprobe.api.model;

import io.logprobe.api.hub.Hub;
import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.spec.GgufPart;
import io.logprobe.contracts.spec.ModelRevision;
import java.util.ArrayList;
import java.util.List;

/// A model in one GGUF file, or in the parts of one that is split.
final class GgufModel {

    private final List<ModelFile> files;
    private final List<GgufHeader> headers = new ArrayList<>();

    private GgufModel(List<ModelFile> files) {
        this.files = files;
    }

    /// Reads the headers of all files.
    ///
    /// @param first path of the first file
    /// @throws Unacceptable if one is missing, damaged, or belongs to another model
    static ModelRevision inspect(Hub hub, HubSnapshot snapshot, String first) {
        List<ModelFile> files = GgufPart.filesOf(first).stream()
                .map(path -> ModelFile.of(hub, snapshot, path))
                .toList();
        GgufModel model = new GgufModel(files);
        for (int i = 0; i < files.size(); i++) {
            GgufHeader header = files.get(i).read(GgufHeader::read);
            model.requirePlace(files.get(i), header.split(), i + 1);
            model.headers.add(header);
        }
        model.requireAllTensors();
        return new ModelRevision(
                snapshot.repository().id(),
                snapshot.commit(),
                first,
                model.headers.getFirst().architecture(),
                model.headers.stream().mapToLong(GgufHeader::parameterCount).sum(),
                files.stream().mapToLong(ModelFile::size).sum());
    }

    private void requirePlace(ModelFile file, GgufHeader.Split split, int number) {
        if (split.number() != number || split.count() != files.size()) {
            throw Unacceptable.invalid(file.path() + " is part " + split.number() + " of " + split.count()
                    + " of a GGUF model, which its name does not say");
        }
    }

    private void requireAllTensors() {
        long tensors = headers.stream().mapToLong(GgufHeader::tensorCount).sum();
        for (int i = 0; i < files.size(); i++) {
            long stated = headers.get(i).split().tensors();
            if (stated != 0 && stated != tensors) {
                throw Unacceptable.invalid(files.get(i).path() + " says that its model has " + stated
                        + " tensors, but all parts have " + tensors);
            }
        }
    }
}
