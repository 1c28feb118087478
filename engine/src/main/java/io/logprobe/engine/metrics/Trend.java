package io.logprobe.engine.metrics;

/// How a value changes with the size of the model: the slope of the least-squares line over `log10(parameters)`, that
/// is the change for ten times the parameters.
///
/// The slope is taken of every example by itself and then averaged, which is the slope of the averages. Its error is
/// that of a mean over examples: it says what another sample of examples would give for these models, and takes into
/// account that they all answered the same ones. It says nothing of models that were not evaluated.
///
/// @param perTenfold negative for accuracy, or positive for loss, where larger models do worse
public record Trend(Estimate perTenfold) {

    /// The trend over models that scored the same examples.
    ///
    /// @param parameters number of parameters of each model, at least two different ones
    /// @param values `[model][example]`
    public static Trend of(double[] parameters, double[][] values) {
        double[] x = new double[parameters.length];
        double mean = 0;
        for (int m = 0; m < x.length; m++) {
            x[m] = Math.log10(parameters[m]);
            mean += x[m] / x.length;
        }
        double squares = 0;
        for (double at : x) {
            squares += (at - mean) * (at - mean);
        }
        if (!(squares > 0)) {
            throw new IllegalArgumentException("no two models of different size");
        }
        double[] slopes = new double[values[0].length];
        for (int example = 0; example < slopes.length; example++) {
            for (int m = 0; m < x.length; m++) {
                slopes[example] += (x[m] - mean) / squares * values[m][example];
            }
        }
        return new Trend(Estimate.ofDifference(slopes));
    }
}
