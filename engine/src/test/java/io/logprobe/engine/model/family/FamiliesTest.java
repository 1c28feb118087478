package io.logprobe.engine.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.ModelConfig;
import io.logprobe.engine.failure.EngineException;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a config states and cannot be done is refused by its name, never passed over.
class FamiliesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void haveOneSheetForEachModelType() {
        assertThat(Families.all().stream().flatMap(family -> family.modelTypes().stream()))
                .doesNotHaveDuplicates()
                .contains("opt", "gpt2", "gpt_neox", "bloom", "falcon", "llama", "mixtral", "gemma3_text", "nemotron");
        assertThat(Families.all())
                .allSatisfy(family -> assertThat(family.variants()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llamma   | llama",
                "gptneox  | gpt_neox",
                "qwen2_5  | qwen2",
                "phi4     | phi",
                "coherent | cohere",
            })
    void nameTheNearestToAnUnknownModelType(String unknown, String nearest) {
        assertThatThrownBy(() -> Families.of(config("{'model_type': '" + unknown + "'}")))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("model_type '" + unknown + "' is not supported")
                .hasMessageMatching("(?s).*nearest supported ones are .*\\b" + nearest + "\\b.*");
    }

    @Test
    void refuseQuantisedWeights() {
        assertThatThrownBy(() -> describe("llama", "'quantization_config': {'quant_method': 'gptq'}"))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("config.json: quantization_config");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "llama | 'hidden_act': 'mish' | hidden_act 'mish' is not supported",
                "llama | 'rope_scaling': {'rope_type': 'ntk', 'factor': 2} | rope_scaling.rope_type 'ntk' is not supported",
                "llama | 'rope_parameters': {'rope_type': 'ntk'} | rope_parameters.rope_type 'ntk' is not supported",
                "llama | 'partial_rotary_factor': 0.5 | partial_rotary_factor is not supported for llama",
                "qwen2 | 'rope_scaling': {'type': 'mrope'} | rope_scaling.rope_type 'mrope' is not supported",
                "qwen2 | 'layer_types': ['chunked_attention'], 'num_hidden_layers': 1 | layer_types 'chunked_attention' is",
                "mistral | 'layer_types': ['full_attention', 'sliding_attention'], 'num_hidden_layers': 2 | layer_types that differ",
                "phi3 | 'rope_scaling': {'type': 'linear', 'factor': 2} | rope_type 'linear' is not supported for phi3",
                "gptj | 'rotary_dim': null | rotary_dim null is not supported",
                "bloom | 'slow_but_exact': true, 'pretraining_tp': 4 | slow_but_exact is not supported",
                "mpt | 'attn_config': {'qk_ln': true} | attn_config.qk_ln is not supported",
                "mpt | 'attn_config': {'prefix_lm': true} | attn_config.prefix_lm is not supported",
                "mpt | 'attn_config': {'attn_type': 'multiquery_attention'} | attn_config.attn_type 'multiquery_attention'",
                "mpt | 'logit_scale': 0.5 | logit_scale is not supported",
                "mpt | 'norm_type': 'rmsnorm' | norm_type 'rmsnorm' is not supported",
                "falcon | 'new_decoder_architecture': true, 'num_kv_heads': 71, 'parallel_attn': false | parallel_attn false",
                "falcon | 'num_ln_in_parallel_attn': 2 | num_ln_in_parallel_attn 2 needs new_decoder_architecture",
                "gemma | 'use_bidirectional_attention': true | use_bidirectional_attention is not supported",
                "gemma3_text | 'attn_logit_softcapping': 50.0 | attn_logit_softcapping is not supported",
                "gemma3_text | 'rope_parameters': {'rope_type': 'default'} | rope_parameters must be given for each type",
                "gpt_neo | 'attention_types': [[['global', 'sparse'], 12]] | attention_types 'sparse' is not supported",
                "olmoe | 'clip_qkv': 8.0 | clip_qkv is not supported for olmoe",
                "codegen | 'rotary_dim': null | rotary_dim null is not supported",
                "starcoder2 | 'norm_type': 'rms_norm' | norm_type 'rms_norm' is not supported",
                "starcoder2 | 'mlp_type': 'gated' | mlp_type 'gated' is not supported",
            })
    void refuseWhatIsNotSupported(String modelType, String options, String message) {
        assertThatThrownBy(() -> describe(modelType, options))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("config.json: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "llama | 'num_attention_heads': 4, 'num_key_value_heads': 3 | num_attention_heads is 4, which 3 key heads cannot",
                "llama | 'hidden_size': 65, 'num_attention_heads': 4 | hidden_size is 65, not a multiple of the 4 heads",
                "llama | 'hidden_size': 0 | hidden_size must be between 1 and",
                "llama | 'hidden_size': '64' | hidden_size must be an integer",
                "llama | 'num_hidden_layers': 100000 | num_hidden_layers is 100000, more than 4096",
                "llama | 'rms_norm_eps': 'small' | rms_norm_eps must be a finite number",
                "llama | 'attention_bias': 'yes' | attention_bias must be true or false",
                "llama | 'tie_word_embeddings': 1 | tie_word_embeddings must be true or false",
                "llama | 'rope_theta': 0 | rope_theta must be positive, not 0.0",
                "llama | 'rope_scaling': {'rope_type': 'linear'} | rope_scaling.factor is missing",
                "llama | 'rope_scaling': {'rope_type': 'linear', 'factor': 0} | rope_scaling.factor must be positive",
                "llama | 'rope_scaling': {'rope_type': 'linear', 'type': 'yarn', 'factor': 2} | rope_type is \"linear\" but",
                "llama | 'rope_scaling': {'rope_type': 'llama3', 'factor': 2, 'low_freq_factor': 4, 'high_freq_factor': 1} | high_freq_factor is 1.0, not above low_freq_factor 4.0",
                "llama | 'rope_scaling': {'rope_type': 'longrope', 'short_factor': [1], 'long_factor': [1]}, 'max_position_embeddings': 64 | short_factor has 1 entries for 64 pairs",
                "gpt2 | 'n_embd': 64, 'hidden_size': 32 | n_embd is 64 but hidden_size is 32",
                "gemma | 'hidden_act': 'relu', 'hidden_activation': 'silu' | hidden_activation contradicts hidden_act",
                "gemma2 | 'final_logit_softcapping': -1 | final_logit_softcapping must be positive",
                "granite | 'logits_scaling': 0 | logits_scaling must not be 0",
                "olmo | 'clip_qkv': -1 | clip_qkv must be positive",
                "mixtral | 'num_experts_per_tok': 9 | num_experts_per_tok is 9, but there are 8 experts",
                "qwen2 | 'layer_types': ['full_attention'] | layer_types has 1 entries for 32 layers",
                "qwen2 | 'layer_types': ['sliding_attention'], 'num_hidden_layers': 1 | has a sliding layer, but there is no sliding_window",
                "smollm3 | 'no_rope_layers': [1] | no_rope_layers has 1 entries for 36 layers",
                "gpt_neo | 'attention_types': [[['global'], 3]] | attention_types are 3 for 24 layers",
                "gpt_neo | 'num_layers': 2, 'attention_types': [[['global'], 2]], 'attention_layers': ['local', 'global'] | attention_layers contradicts attention_types",
                "gptj | 'rotary_dim': 512 | rotary_dim is 512 for heads of 256 dimensions",
                "codegen | 'n_embd': 60, 'n_head': 6, 'rotary_dim': 4 | n_head is 6, not a multiple of 4",
                "exaone4 | 'sliding_window': null, 'layer_types': ['sliding_attention'], 'num_hidden_layers': 1 | has a sliding layer",
                "falcon | 'multi_query': false, 'num_kv_heads': 3 | num_kv_heads is 3, but neither",
                "gpt_neox | 'rotary_pct': 1.5 | partial_rotary_factor must be between 0 and 1",
                "phi3 | 'rope_scaling': {'type': 'longrope', 'short_factor': [1], 'long_factor': [1]} | original_max_position_embeddings is missing",
            })
    void refuseWhatContradictsItselfOrIsNoValue(String modelType, String options, String message) {
        assertThatThrownBy(() -> describe(modelType, options))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("config.json: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'model_type': 7}", "{'model_type': null}"})
    void nameTheMissingModelType(String config) {
        assertThatThrownBy(() -> Families.of(config(config)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("config.json: model_type");
    }

    private static void describe(String modelType, String options) throws IOException {
        ModelConfig config = config("{'model_type': '" + modelType + "', " + options + "}");
        Families.of(config).describe(config, new EveryTensor());
    }

    private static ModelConfig config(String json) throws IOException {
        return ModelConfig.of("config.json", (ObjectNode) JSON.readTree(json.replace('\'', '"')));
    }

    /// A checkpoint that has any tensor it is asked for, but learned positions.
    private static final class EveryTensor implements Tensors {

        @Override
        public boolean has(String name) {
            return !name.endsWith("wpe.weight");
        }

        @Override
        public int rows(String name) {
            return 64;
        }

        @Override
        public boolean equal(String a, String b) {
            return true;
        }
    }
}
