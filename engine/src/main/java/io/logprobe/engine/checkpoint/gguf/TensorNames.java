package io.logprobe.engine.checkpoint.gguf;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Transformers' names of an architecture's tensors.
///
/// @param layers what Transformers puts before the number of a layer
/// @param places by GGUF name, without `blk.`, number and `.weight`
public record TensorNames(String layers, Map<String, Place> places) {

    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,6})\\.(\\w+)\\.(weight|bias)");

    /// How experts were stored until April 2024: one tensor each.
    private static final Pattern EXPERT = Pattern.compile("blk\\.(\\d{1,6})\\.(ffn_\\w+)\\.(\\d{1,6})\\.weight");

    private static final Pattern OUTER = Pattern.compile("(\\w+)\\.(weight|bias)");

    public TensorNames {
        places = Map.copyOf(places);
    }

    /// A tensor in Transformers.
    ///
    /// @param form what was done to it for GGUF
    public record Place(String name, TensorForm form) {}

    /// Names under `model.`, of which Llama's tensors and those of most other families have the same.
    static TensorNames llama() {
        return new TensorNames("model.layers.", Map.of())
                .with("token_embd", "model.embed_tokens")
                .with("output_norm", "model.norm")
                .with("output", "lm_head")
                .with("attn_norm", "input_layernorm")
                .with("attn_q", "self_attn.q_proj")
                .with("attn_k", "self_attn.k_proj")
                .with("attn_v", "self_attn.v_proj")
                .with("attn_q_norm", "self_attn.q_norm")
                .with("attn_k_norm", "self_attn.k_norm")
                .with("attn_output", "self_attn.o_proj")
                .with("ffn_norm", "post_attention_layernorm")
                .with("ffn_gate", "mlp.gate_proj")
                .with("ffn_up", "mlp.up_proj")
                .with("ffn_down", "mlp.down_proj");
    }

    /// As [#llama()], with queries and keys in the order that llama.cpp's first form of rotary positions needs.
    static TensorNames llamaInterleaved() {
        return llama().with("attn_q", "self_attn.q_proj", TensorForm.INTERLEAVED_QUERIES)
                .with("attn_k", "self_attn.k_proj", TensorForm.INTERLEAVED_KEYS);
    }

    TensorNames with(String gguf, String name) {
        return with(gguf, name, TensorForm.AS_IT_IS);
    }

    TensorNames with(String gguf, String name, TensorForm form) {
        Map<String, Place> more = new HashMap<>(places);
        more.put(gguf, new Place(name, form));
        return new TensorNames(layers, more);
    }

    /// A router, and the experts of a layer in three stacks.
    TensorNames withExperts(String router, String experts, String gate, String up, String down) {
        return with("ffn_gate_inp", router)
                .with("ffn_gate_exps", experts + gate, TensorForm.STACKED)
                .with("ffn_up_exps", experts + up, TensorForm.STACKED)
                .with("ffn_down_exps", experts + down, TensorForm.STACKED);
    }

    /// As [#withExperts], under the names of Qwen.
    TensorNames withExperts() {
        return withExperts("mlp.gate", "mlp.experts.*.", "gate_proj", "up_proj", "down_proj");
    }

    /// Where a tensor is in Transformers; one that is not there keeps its own name.
    public Place find(String gguf) {
        Matcher block = BLOCK.matcher(gguf);
        if (block.matches() && places.containsKey(block.group(2))) {
            return find(block.group(2), layers + block.group(1) + ".", block.group(3));
        }
        Matcher expert = EXPERT.matcher(gguf);
        if (expert.matches() && places.containsKey(expert.group(2) + "_exps")) {
            Place stack = find(expert.group(2) + "_exps", layers + expert.group(1) + ".", "weight");
            return new Place(stack.name().replace("*", expert.group(3)), TensorForm.AS_IT_IS);
        }
        Matcher outer = OUTER.matcher(gguf);
        return outer.matches() && places.containsKey(outer.group(1))
                ? find(outer.group(1), "", outer.group(2))
                : new Place(gguf, TensorForm.AS_IT_IS);
    }

    private Place find(String stem, String prefix, String suffix) {
        Place place = places.get(stem);
        boolean untouched = place.form().weightsOnly() && !suffix.equals("weight");
        return new Place(prefix + place.name() + "." + suffix, untouched ? TensorForm.AS_IT_IS : place.form());
    }
}
