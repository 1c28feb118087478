package io.logprobe.engine.backend.reference;

import static io.logprobe.engine.backend.reference.HeapMatrix.heap;

import io.logprobe.engine.backend.Activation;
import io.logprobe.engine.backend.Attention;
import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.BlockTask;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.LogitFold;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Norm;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.RotaryTable;
import io.logprobe.engine.backend.Rotation;
import io.logprobe.engine.backend.Rows;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.plan.TokenTrie;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Every operation as its formula says, accumulated in double. What the other backends are compared with.
public final class ReferenceBackend implements Backend {

    private static final int BLOCK_ROWS = 64;

    private final ComputeType dtype;

    public ReferenceBackend(ComputeType dtype) {
        this.dtype = dtype;
    }

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String detail() {
        return "Java, double accumulation";
    }

    @Override
    public ComputeType dtype() {
        return dtype;
    }

    @Override
    public int blockRows() {
        return BLOCK_ROWS;
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void forEachBlock(int rows, BlockTask task) {
        for (int first = 0; first < rows; first += BLOCK_ROWS) {
            task.run(0, first, Math.min(BLOCK_ROWS, rows - first));
        }
    }

    @Override
    public Matrix matrix(int rows, int columns) {
        return new HeapMatrix(rows, columns);
    }

    @Override
    public void write(MemorySegment source, Matrix target) {
        HeapMatrix t = heap(target);
        for (int i = 0; i < t.rows(); i++) {
            for (int j = 0; j < t.columns(); j++) {
                t.set(i, j, source.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * t.columns() + j));
            }
        }
    }

    @Override
    public void read(Matrix source, MemorySegment target) {
        HeapMatrix s = heap(source);
        for (int i = 0; i < s.rows(); i++) {
            for (int j = 0; j < s.columns(); j++) {
                target.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * s.columns() + j, s.get(i, j));
            }
        }
    }

    @Override
    public Linear linear(Weight weight, float[] bias) {
        float[] values = new float[Math.multiplyExact(weight.outputs(), weight.inputs())];
        for (int i = 0; i < values.length; i++) {
            values[i] = operand(
                    switch (weight.type()) {
                        case FLOAT32 -> weight.data().getAtIndex(ValueLayout.JAVA_FLOAT, i);
                        case BFLOAT16 -> Bfloat16.toFloat(weight.data().getAtIndex(ValueLayout.JAVA_SHORT, i));
                    });
        }
        return new HeapLinear(values, bias == null ? null : bias.clone(), weight.outputs(), weight.inputs());
    }

    private float operand(float value) {
        return switch (dtype) {
            case FLOAT32 -> value;
            case BFLOAT16 -> Bfloat16.toFloat(Bfloat16.round(value));
        };
    }

    private record Table(Rotation rotation) implements RotaryTable {
        @Override
        public void close() {}
    }

    private record TrieRows(TokenTrie trie) implements Rows {
        @Override
        public void close() {}
    }

    @Override
    public NormWeights normWeights(Norm norm) {
        return new ReferenceNorm(norm);
    }

    @Override
    public RotaryTable rotaryTable(Rotation rotation, int positions) {
        return new Table(rotation);
    }

    @Override
    public Rows rows(TokenTrie trie) {
        return new TrieRows(trie);
    }

    @Override
    public void gather(Matrix source, int[] indices, int first, Matrix target) {
        for (int i = 0; i < target.rows(); i++) {
            for (int j = 0; j < target.columns(); j++) {
                heap(target).set(i, j, heap(source).get(indices[first + i], j));
            }
        }
    }

    @Override
    public void gatherAdd(Matrix source, int[] indices, int first, Matrix target) {
        for (int i = 0; i < target.rows(); i++) {
            for (int j = 0; j < target.columns(); j++) {
                heap(target).set(i, j, heap(target).get(i, j) + heap(source).get(indices[first + i], j));
            }
        }
    }

    @Override
    public void scatterAdd(Matrix source, int[] indices, float[] weights, int first, Matrix target) {
        for (int i = 0; i < source.rows(); i++) {
            int row = indices[first + i];
            for (int j = 0; j < source.columns(); j++) {
                heap(target)
                        .set(
                                row,
                                j,
                                heap(target).get(row, j)
                                        + weights[first + i] * heap(source).get(i, j));
            }
        }
    }

    @Override
    public void clear(Matrix x) {
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                heap(x).set(i, j, 0);
            }
        }
    }

    @Override
    public void scale(Matrix x, float factor) {
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                heap(x).set(i, j, factor * heap(x).get(i, j));
            }
        }
    }

    @Override
    public void add(Matrix x, float factor, Matrix y) {
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                heap(y).set(i, j, heap(y).get(i, j) + (double) factor * heap(x).get(i, j));
            }
        }
    }

    @Override
    public void clamp(Matrix x, float limit) {
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                heap(x).set(i, j, Math.clamp(heap(x).get(i, j), -limit, limit));
            }
        }
    }

    @Override
    public void norm(Matrix x, NormWeights weights, Matrix y) {
        ((ReferenceNorm) weights).apply(x, y);
    }

    @Override
    public void linear(Matrix x, Linear layer, Epilogue epilogue, Matrix y) {
        HeapLinear w = (HeapLinear) layer;
        for (int i = 0; i < x.rows(); i++) {
            for (int o = 0; o < w.outputs(); o++) {
                double sum = 0;
                for (int k = 0; k < w.inputs(); k++) {
                    sum += (double) operand(heap(x).get(i, k)) * w.weight()[o * w.inputs() + k];
                }
                double product = sum + (w.bias() == null ? 0 : w.bias()[o]);
                heap(y).set(
                                i,
                                o,
                                switch (epilogue) {
                                    case Epilogue.Store() -> product;
                                    case Epilogue.Add(float scale) -> heap(y).get(i, o) + scale * product;
                                    case Epilogue.Activate(Activation activation) ->
                                        Activations.apply(activation, product);
                                });
            }
        }
    }

    @Override
    public void gate(Matrix x, Activation activation, Matrix y) {
        int width = y.columns();
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < width; j++) {
                heap(y).set(i, j, Activations.apply(activation, heap(x).get(i, j)) * heap(x).get(i, width + j));
            }
        }
    }

    @Override
    public void gateRows(Matrix gate, Matrix x) {
        for (int i = 0; i < x.rows(); i++) {
            double factor = Activations.sigmoid(heap(gate).get(i, 0));
            for (int j = 0; j < x.columns(); j++) {
                heap(x).set(i, j, factor * heap(x).get(i, j));
            }
        }
    }

    @Override
    public void rotate(Matrix x, int headDim, RotaryTable table, Rows rows, int first) {
        Rotation rotation = ((Table) table).rotation();
        TokenTrie trie = ((TrieRows) rows).trie();
        int half = rotation.dims() / 2;
        for (int i = 0; i < x.rows(); i++) {
            int group = trie.group(first + i);
            int position = trie.position(first + i);
            for (int head = 0; head < x.columns(); head += headDim) {
                for (int pair = 0; pair < half; pair++) {
                    double angle = rotation.angle(group, position, pair);
                    double cos = Math.cos(angle) * rotation.factor(group);
                    double sin = Math.sin(angle) * rotation.factor(group);
                    int a = head
                            + switch (rotation.pairing()) {
                                case HALVES -> pair;
                                case NEIGHBOURS -> 2 * pair;
                            };
                    int b = head
                            + switch (rotation.pairing()) {
                                case HALVES -> pair + half;
                                case NEIGHBOURS -> 2 * pair + 1;
                            };
                    double xa = heap(x).get(i, a);
                    double xb = heap(x).get(i, b);
                    heap(x).set(i, a, xa * cos - xb * sin);
                    heap(x).set(i, b, xb * cos + xa * sin);
                }
            }
        }
    }

    @Override
    public void attention(Attention attention, Matrix q, Matrix k, Matrix v, Rows rows, int first, Matrix y) {
        ReferenceAttention.run(attention, q, k, v, ((TrieRows) rows).trie(), first, y);
    }

    @Override
    public void route(Matrix logits, int topK, boolean renormalise, int[] experts, float[] weights) {
        for (int i = 0; i < logits.rows(); i++) {
            double[] probabilities = new double[logits.columns()];
            for (int e = 0; e < probabilities.length; e++) {
                probabilities[e] = heap(logits).get(i, e);
            }
            ReferenceAttention.softmax(probabilities, 0);
            boolean[] taken = new boolean[probabilities.length];
            double sum = 0;
            for (int n = 0; n < topK; n++) {
                int best = -1;
                for (int e = 0; e < probabilities.length; e++) {
                    if (!taken[e] && (best < 0 || probabilities[e] > probabilities[best])) {
                        best = e;
                    }
                }
                taken[best] = true;
                sum += probabilities[best];
                experts[i * topK + n] = best;
            }
            for (int n = 0; n < topK; n++) {
                weights[i * topK + n] = (float) (probabilities[experts[i * topK + n]] / (renormalise ? sum : 1));
            }
        }
    }

    @Override
    public LogitFold logitFold(float factor, float softcap) {
        return new ReferenceLogitFold(factor, softcap);
    }

    @Override
    public void close() {}
}
