package io.logprobe.api.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.api.hub.Hub;
import io.logprobe.api.hub.HubRepository;
import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.JsonFault;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.spec.Architectures;
import io.logprobe.contracts.spec.ModelRevision;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/// Finds out from afar whether a model of the Hub can be scored, and pins it to a commit.
@ApplicationScoped
public class ModelInspector {

    private static final int MAX_CONFIG_BYTES = 4 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Hub hub;

    ModelInspector(Hub hub) {
        this.hub = hub;
    }

    /// The model at the commit that `revision` names now.
    ///
    /// @throws Unacceptable if it does not exist, could be one of several, cannot be scored or is damaged
    public ModelRevision inspect(ModelReference model, String revision) {
        HubSnapshot snapshot = hub.snapshot(new HubRepository(HubRepository.Type.MODEL, model.repository()), revision);
        return GgufChoice.of(model.selection(), snapshot, Weights.present(snapshot))
                .map(path -> GgufModel.inspect(hub, snapshot, path))
                .orElseGet(() -> ofFolder(snapshot));
    }

    private ModelRevision ofFolder(HubSnapshot snapshot) {
        Weights.requirePresent(snapshot);
        String architecture = architecture(ModelFile.of(hub, snapshot, "config.json"));
        if (!hasTokenizer(snapshot)) {
            throw Unacceptable.invalid(snapshot.repository()
                    + " has neither tokenizer.json nor vocab.json with merges.txt" + " at " + snapshot.commit());
        }
        Weights weights = Weights.inspect(hub, snapshot);
        return new ModelRevision(
                snapshot.repository().id(),
                snapshot.commit(),
                null,
                architecture,
                weights.parameterCount(),
                weights.bytes());
    }

    private static boolean hasTokenizer(HubSnapshot snapshot) {
        return snapshot.file("tokenizer.json").isPresent()
                || (snapshot.file("vocab.json").isPresent()
                        && snapshot.file("merges.txt").isPresent());
    }

    private static String architecture(ModelFile config) {
        String architecture = read(config).path("model_type").asText("");
        if (architecture.isEmpty()) {
            throw Unacceptable.invalid("config.json names no model_type");
        }
        if (!Architectures.SUPPORTED.contains(architecture)) {
            throw Unacceptable.invalid("config.json: models of type '" + architecture
                    + "' cannot be scored yet; supported are "
                    + String.join(
                            ", ", Architectures.SUPPORTED.stream().sorted().toList()));
        }
        return architecture;
    }

    private static JsonNode read(ModelFile config) {
        try {
            return JSON.readTree(config.read(MAX_CONFIG_BYTES));
        } catch (JsonProcessingException e) {
            throw Unacceptable.invalid("config.json is no JSON: " + JsonFault.describe(e), e);
        } catch (IOException e) {
            throw Unacceptable.invalid("config.json cannot be read", e);
        }
    }
}
