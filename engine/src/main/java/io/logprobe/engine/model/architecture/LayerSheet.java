package io.logprobe.engine.model.architecture;

/// One layer: attention and MLP, and where norms and residuals go.
///
/// ```
/// SEQUENTIAL            h = attention.before(x)         x = after(x·r + m · onOutput(attention(h)))
///                       h = mlp.before(x)               x = after(x·r + m · onOutput(mlp(h)))
/// PARALLEL              x = x + m · onOutput(attention(attention.before(x))) + m · onOutput(mlp(mlp.before(x)))
/// ```
/// `m` is `residualFactor`. `x·r` is `x`, or `h` where the residual is [Residual#NORMED]. Norms that are null do
/// nothing.
public record LayerSheet(
        AttentionSheet attention,
        Mlp mlp,
        Norms attentionNorms,
        Norms mlpNorms,
        Order order,
        Residual residual,
        float residualFactor) {

    /// Whether the MLP reads what attention has added to the residual; the formulas are those of [LayerSheet].
    public enum Order {
        /// The MLP reads the sum: OPT, GPT-2, Llama.
        SEQUENTIAL,
        /// Attention and MLP read the same input: GPT-J, GPT-NeoX, Falcon.
        PARALLEL
    }

    /// What the residual connection carries past a sublayer.
    public enum Residual {
        /// The sublayer's input, before any norm.
        INPUT,
        /// The output of the norm before the sublayer: BLOOM's apply_residual_connection_post_layernorm.
        NORMED
    }

    /// The norms around one sublayer.
    ///
    /// @param before on its input: pre-norm
    /// @param onOutput on its output, before the residual is added: Gemma 2, OLMo 2
    /// @param after on the sum: post-norm, OPT-350m
    public record Norms(NormRef before, NormRef onOutput, NormRef after) {

        public static Norms before(NormRef norm) {
            return new Norms(norm, null, null);
        }

        public static Norms onOutput(NormRef norm) {
            return new Norms(null, norm, null);
        }

        public static Norms around(NormRef before, NormRef onOutput) {
            return new Norms(before, onOutput, null);
        }

        public static Norms after(NormRef norm) {
            return new Norms(null, null, norm);
        }
    }

    public static LayerSheet sequential(AttentionSheet attention, Norms ofAttention, Mlp mlp, Norms ofMlp) {
        return new LayerSheet(attention, mlp, ofAttention, ofMlp, Order.SEQUENTIAL, Residual.INPUT, 1);
    }

    /// Attention and MLP side by side; equal norms are computed once.
    public static LayerSheet parallel(AttentionSheet attention, Norms ofAttention, Mlp mlp, Norms ofMlp) {
        return new LayerSheet(attention, mlp, ofAttention, ofMlp, Order.PARALLEL, Residual.INPUT, 1);
    }

    public LayerSheet residual(Residual carried) {
        return new LayerSheet(attention, mlp, attentionNorms, mlpNorms, order, carried, residualFactor);
    }

    public LayerSheet residualFactor(double factor) {
        return new LayerSheet(attention, mlp, attentionNorms, mlpNorms, order, residual, (float) factor);
    }
}
