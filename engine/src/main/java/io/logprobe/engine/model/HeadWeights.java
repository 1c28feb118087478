package io.logprobe.engine.model;

import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.model.architecture.Head;
import io.logprobe.engine.model.architecture.LinearRef;
import io.logprobe.engine.model.architecture.RowSelection;
import java.util.ArrayList;
import java.util.List;

/// A part of the language-model head in the backend's memory; its tokens come in tiles of
/// [io.logprobe.engine.backend.Backend#vocabularyTile].
///
/// @param firstToken first token of the part
/// @param norm null for none
/// @param projection null for none
record HeadWeights(int firstToken, NormWeights norm, Linear projection, List<Linear> tiles, List<Resource> owned)
        implements Resource {

    static HeadWeights load(Head head, WeightLoader loader, int firstToken, int tokenCount) {
        List<Resource> owned = new ArrayList<>();
        try {
            NormWeights norm = loader.norm(head.norm());
            if (norm != null) {
                owned.add(norm);
            }
            Linear projection = head.projection() == null ? null : loader.linear(List.of(head.projection()));
            if (projection != null) {
                owned.add(projection);
            }
            List<Linear> tiles = new ArrayList<>();
            LinearRef output = head.output();
            int tileTokens = loader.vocabularyTile();
            int end = Math.min(firstToken + tokenCount, output.outputs());
            for (int first = firstToken; first < end; first += tileTokens) {
                RowSelection tokens = RowSelection.run(first, Math.min(tileTokens, end - first));
                Linear tile = loader.linear(List.of(output.select(tokens)));
                owned.add(tile);
                tiles.add(tile);
            }
            return new HeadWeights(firstToken, norm, projection, tiles, owned);
        } catch (RuntimeException | Error e) {
            owned.forEach(Resource::close);
            throw e;
        }
    }

    @Override
    public void close() {
        owned.forEach(Resource::close);
    }
}
