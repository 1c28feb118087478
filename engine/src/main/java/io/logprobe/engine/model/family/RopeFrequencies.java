package io.logprobe.engine.model.family;

import io.logprobe.engine.checkpoint.ModelConfig;
import java.util.List;

/// By how much each pair of dimensions turns per position, for every `rope_type`. Computed in float32 in the order of
/// Transformers (`modeling_rope_utils.py`), so that large positions turn by the same angle.
///
/// @param byGroup `[groups of sequences][pairs]`: one group, or short and long inputs
/// @param factor on cosine and sine
/// @param longFrom least length of a long input; [Integer#MAX_VALUE] where there is one group
@SuppressWarnings("ArrayRecordComponent")
record RopeFrequencies(float[][] byGroup, float factor, int longFrom) {

    private static final String ORIGINAL = "original_max_position_embeddings";

    /// @param dims dimensions that turn
    /// @param theta base where the parameters state none
    static RopeFrequencies of(ModelConfig config, ModelConfig parameters, int dims, double theta) {
        double base = parameters.numberOr(theta, "rope_theta");
        if (base <= 0) {
            throw parameters.invalid("rope_theta", "must be positive, not " + base);
        }
        float[] plain = plain(base, dims);
        String type = parameters.text("rope_type");
        return switch (type) {
            // Dynamic scaling begins beyond max_position_embeddings, and no input is longer.
            case "default", "dynamic" -> single(plain, 1);
            case "linear" -> single(linear(plain, factor(parameters)), 1);
            case "llama3" -> single(llama3(config, parameters, plain), 1);
            case "yarn" -> yarn(config, parameters, base, dims);
            case "longrope", "su" -> longRope(config, parameters, base, dims);
            default -> throw parameters.unsupported("rope_type", "'" + type + "' is not supported");
        };
    }

    private static RopeFrequencies single(float[] frequencies, double factor) {
        return new RopeFrequencies(new float[][] {frequencies}, (float) factor, Integer.MAX_VALUE);
    }

    /// `1 / base^(2i / dims)`
    static float[] plain(double base, int dims) {
        float[] frequencies = powers(base, dims);
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / frequencies[i];
        }
        return frequencies;
    }

    /// `base^(2i / dims)`
    private static float[] powers(double base, int dims) {
        float[] powers = new float[(dims + 1) / 2];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = (float) Math.pow((float) base, (float) (2 * i) / dims);
        }
        return powers;
    }

    private static double factor(ModelConfig parameters) {
        double factor = parameters.number("factor");
        if (factor <= 0) {
            throw parameters.invalid("factor", "must be positive, not " + factor);
        }
        return factor;
    }

    private static float[] linear(float[] frequencies, double factor) {
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] /= (float) factor;
        }
        return frequencies;
    }

    /// Long wavelengths are divided by the factor, short ones kept, those between interpolated.
    private static float[] llama3(ModelConfig config, ModelConfig parameters, float[] frequencies) {
        double factor = factor(parameters);
        double low = parameters.number("low_freq_factor");
        double high = parameters.number("high_freq_factor");
        if (low <= 0 || high <= low) {
            throw parameters.invalid("high_freq_factor", "is " + high + ", not above low_freq_factor " + low);
        }
        double original = originalLength(config, parameters);
        for (int i = 0; i < frequencies.length; i++) {
            float wavelength = (float) (2 * Math.PI) / frequencies[i];
            if (wavelength > original / low) {
                frequencies[i] /= (float) factor;
            } else if (wavelength >= original / high) {
                float smooth = ((float) original / wavelength - (float) low) / (float) (high - low);
                frequencies[i] = (1 - smooth) * frequencies[i] / (float) factor + smooth * frequencies[i];
            }
        }
        return frequencies;
    }

    /// Dimensions that turn often over the original length are kept, those that hardly turn are divided by the factor,
    /// with a ramp between; scores are scaled up.
    private static RopeFrequencies yarn(ModelConfig config, ModelConfig parameters, double base, int dims) {
        double factor = factor(parameters);
        int original = originalLength(config, parameters);
        double low = rotations(or(parameters, "beta_fast", 32), dims, base, original);
        double high = rotations(or(parameters, "beta_slow", 1), dims, base, original);
        if (parameters.flagOr(true, "truncate")) {
            low = Math.floor(low);
            high = Math.ceil(high);
        }
        float first = (float) Math.max(low, 0);
        double last = Math.min(high, dims - 1);
        float width = (float) ((last == Math.max(low, 0) ? last + 0.001 : last) - Math.max(low, 0));
        float[] frequencies = powers(base, dims);
        for (int i = 0; i < frequencies.length; i++) {
            float kept = 1 - Math.clamp((i - first) / width, 0f, 1f);
            frequencies[i] = 1 / ((float) factor * frequencies[i]) * (1 - kept) + 1 / frequencies[i] * kept;
        }
        return single(frequencies, yarnFactor(parameters, factor));
    }

    /// The dimension that turns `turns` times over the original length.
    private static double rotations(double turns, int dims, double base, int original) {
        return dims * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }

    private static double yarnFactor(ModelConfig parameters, double factor) {
        if (parameters.has("attention_factor")) {
            return parameters.number("attention_factor");
        }
        double scale = parameters.numberOr(0, "mscale");
        double allDimensions = parameters.numberOr(0, "mscale_all_dim");
        return scale != 0 && allDimensions != 0
                ? mscale(factor, scale) / mscale(factor, allDimensions)
                : mscale(factor, 1);
    }

    private static double mscale(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    private static double or(ModelConfig parameters, String name, double fallback) {
        double value = parameters.numberOr(fallback, name);
        return value == 0 ? fallback : value;
    }

    /// One divisor per pair, from one list for inputs within the original length and from another for longer ones.
    private static RopeFrequencies longRope(ModelConfig config, ModelConfig parameters, double base, int dims) {
        int original = originalLength(config, parameters);
        float[][] byGroup = {
            divided(powers(base, dims), parameters, "short_factor"),
            divided(powers(base, dims), parameters, "long_factor")
        };
        double factor = parameters.has("factor")
                ? factor(parameters)
                : (double) config.size("max_position_embeddings") / original;
        double fallback = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new RopeFrequencies(byGroup, (float) parameters.numberOr(fallback, "attention_factor"), original + 1);
    }

    private static float[] divided(float[] powers, ModelConfig parameters, String name) {
        List<Double> divisors = parameters.numbers(name);
        if (divisors.size() != powers.length) {
            throw parameters.invalid(name, "has " + divisors.size() + " entries for " + powers.length + " pairs");
        }
        for (int i = 0; i < powers.length; i++) {
            powers[i] = 1 / (divisors.get(i).floatValue() * powers[i]);
        }
        return powers;
    }

    /// Some families keep it beside the rotary parameters; that one goes first.
    private static int originalLength(ModelConfig config, ModelConfig parameters) {
        return config.has(ORIGINAL)
                ? config.size(ORIGINAL)
                : parameters.has(ORIGINAL) ? parameters.size(ORIGINAL) : config.size("max_position_embeddings");
    }
}
