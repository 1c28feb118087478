package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.model.architecture.AttentionSheet;
import io.logprobe.engine.model.architecture.LinearRef;

/// Numbers of query and key heads, and their width.
record Heads(int query, int key, int dim) {

    /// Heads that share the hidden size, each with keys of its own.
    static Heads equal(ModelConfig config, int hidden, int heads) {
        return new Heads(heads, heads, Shapes.headDim(config, hidden, heads));
    }

    /// `num_attention_heads`, `num_key_value_heads` and `head_dim`; keys of their own for every query head where
    /// `num_key_value_heads` is absent.
    static Heads grouped(ModelConfig config, int hidden, int queries) {
        int query = config.sizeOr(queries, "num_attention_heads");
        return checked(config, query, config.sizeOr(query, "num_key_value_heads"), dim(config, hidden, query));
    }

    /// As [#grouped(ModelConfig, int, int)], with `keys` key heads where `num_key_value_heads` is absent; `null` still
    /// means as many as query heads.
    static Heads grouped(ModelConfig config, int hidden, int queries, int keys) {
        int query = config.sizeOr(queries, "num_attention_heads");
        int key = config.isNull("num_key_value_heads") ? query : config.sizeOr(keys, "num_key_value_heads");
        return checked(config, query, key, dim(config, hidden, query));
    }

    /// As [#grouped(ModelConfig, int, int, int)], for families whose heads have a width of their own.
    static Heads ofWidth(ModelConfig config, int queries, int keys, int dim) {
        int query = config.sizeOr(queries, "num_attention_heads");
        int key = config.isNull("num_key_value_heads") ? query : config.sizeOr(keys, "num_key_value_heads");
        return checked(config, query, key, config.sizeOr(dim, "head_dim"));
    }

    private static int dim(ModelConfig config, int hidden, int heads) {
        return config.has("head_dim") ? config.size("head_dim") : Shapes.headDim(config, hidden, heads);
    }

    /// Heads whose numbers are checked against each other.
    static Heads checked(ModelConfig config, int query, int key, int dim) {
        if (query % key != 0) {
            throw config.invalid(
                    "num_attention_heads", "is " + query + ", which " + key + " key heads cannot share equally");
        }
        if ((long) query * dim > ModelConfig.MAX_SIZE) {
            throw config.invalid("head_dim", "is " + dim + ", too much for " + query + " heads");
        }
        return new Heads(query, key, dim);
    }

    /// Columns of all queries.
    int queryWidth() {
        return query * dim;
    }

    /// Columns of all keys; values have as many.
    int keyWidth() {
        return key * dim;
    }

    AttentionSheet.Builder attention(QueryKeyValue projections, LinearRef output) {
        return AttentionSheet.heads(query, key, dim)
                .projections(projections.query(), projections.key(), projections.value(), output);
    }
}
