package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.cpu.OperatorBenchmark.HEADS;
import static io.logprobe.engine.backend.cpu.OperatorBenchmark.HEAD_DIM;
import static io.logprobe.engine.backend.cpu.OperatorBenchmark.HIDDEN;
import static io.logprobe.engine.backend.cpu.OperatorBenchmark.INNER;
import static io.logprobe.engine.backend.cpu.OperatorBenchmark.ROWS;
import static io.logprobe.engine.backend.cpu.OperatorBenchmark.SEQUENCE;
import static io.logprobe.engine.backend.cpu.OperatorBenchmark.TILE;

import io.logprobe.engine.plan.ScoringPlan;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Measures the operators of [OperatorBenchmark] and prints each with its rate: of floating-point operations where
/// those bound it, of bytes that it reads and writes elsewhere.
final class OperatorTable {

    /// What an operator does.
    private record Work(String name, double amount, String unit) {

        static Work flops(String name, double flops) {
            return new Work(name, flops, "GFLOP/s");
        }

        static Work floats(String name, long floats) {
            return new Work(name, floats * (double) Float.BYTES, "GB/s");
        }

        static Work product(String name, int inputs, int outputs) {
            return flops(name + ", " + inputs + " to " + outputs, 2.0 * ROWS * inputs * outputs);
        }
    }

    /// Per cent of the calls that are faster: other processes make an average useless.
    private static final double UNDISTURBED = 10;

    private static final long BLOCK = (long) ROWS * HIDDEN;

    private OperatorTable() {}

    private static Map<String, Work> works() {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("normLayer", Work.floats("layer norm", 2 * BLOCK));
        works.put("normRms", Work.floats("RMS norm", 2 * BLOCK));
        works.put("add", Work.floats("addition", 3 * BLOCK));
        works.put("gateSilu", Work.floats("SILU gate, " + INNER, 3L * ROWS * INNER));
        works.put("gateGelu", Work.floats("GELU gate, " + INNER, 3L * ROWS * INNER));
        works.put("rotate", Work.floats("rotary embedding", 2 * BLOCK));
        works.put(
                "attention",
                Work.flops("attention, sequences of " + SEQUENCE, 4.0 * HEADS * HEAD_DIM * ROWS * (SEQUENCE + 1) / 2));
        long headRows = ScoringPlan.of(OperatorBenchmark.sequences()).headRowCount();
        works.put("foldHead", Work.floats("fold of a head tile, " + TILE, headRows * TILE));
        for (String type : new String[] {"Float32", "Bfloat16"}) {
            String suffix = ", " + type.toLowerCase(Locale.ROOT);
            works.put("linearSquare" + type, Work.product("product" + suffix, HIDDEN, HIDDEN));
            works.put("linearUp" + type, Work.product("product with ReLU" + suffix, HIDDEN, INNER));
            works.put("linearDown" + type, Work.product("product" + suffix, INNER, HIDDEN));
            int bytes = type.equals("Float32") ? 4 : 2;
            works.put("pack" + type, new Work("packing" + suffix, 2.0 * HIDDEN * INNER * bytes, "GB/s"));
        }
        return works;
    }

    /// Takes a pattern of operators, or none for all.
    public static void main(String[] arguments) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include(OperatorBenchmark.class.getName() + "." + (arguments.length == 0 ? "" : arguments[0]));
        Collection<RunResult> results = new Runner(options.build()).run();
        Map<String, Work> works = works();
        System.out.println("| operator | µs | rate |");
        System.out.println("|---|---|---|");
        works.forEach((benchmark, work) -> results.stream()
                .map(RunResult::getPrimaryResult)
                .filter(result -> result.getLabel().equals(benchmark))
                .forEach(result -> System.out.println(row(work, result))));
    }

    private static String row(Work work, Result<?> result) {
        double nanos = result.getStatistics().getPercentile(UNDISTURBED);
        return String.format(
                Locale.ROOT, "| %s | %.1f | %.1f %s |", work.name(), nanos / 1e3, work.amount() / nanos, work.unit());
    }
}
