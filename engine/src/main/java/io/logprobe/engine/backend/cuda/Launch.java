package io.logprobe.engine.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A kernel's launch: grid, block and parameters in the order of its declaration. Pointers are device addresses.
final class Launch {

    /// A parameter by the name it has in the kernel.
    sealed interface Parameter {

        String name();

        record Address(String name, long value) implements Parameter {
            @Override
            public String toString() {
                return name + "=0x" + Long.toHexString(value);
            }
        }

        record Int(String name, int value) implements Parameter {
            @Override
            public String toString() {
                return name + "=" + value;
            }
        }

        record Long64(String name, long value) implements Parameter {
            @Override
            public String toString() {
                return name + "=" + value;
            }
        }

        record Float32(String name, float value) implements Parameter {
            @Override
            public String toString() {
                return name + "=" + value;
            }
        }
    }

    /// Limit of a grid's second dimension.
    private static final int MAX_GRID_Y = 65_535;

    private final Kernel kernel;
    private final int gridX;
    private final int gridY;
    private final int threads;
    private final List<Parameter> parameters = new ArrayList<>();

    Launch(Kernel kernel, int gridX, int gridY, int threads) {
        if (gridX < 1 || gridY < 1 || gridY > MAX_GRID_Y || threads < 32 || threads > 1024 || threads % 32 != 0) {
            throw new IllegalArgumentException(
                    kernel.symbol() + ": no such grid: " + gridX + " x " + gridY + " blocks of " + threads);
        }
        this.kernel = kernel;
        this.gridX = gridX;
        this.gridY = gridY;
        this.threads = threads;
    }

    Launch address(String name, long value) {
        parameters.add(new Parameter.Address(name, value));
        return this;
    }

    /// A float32 matrix's address and its leading dimension.
    Launch matrix(String name, DeviceMatrix matrix) {
        if (matrix.isNarrow()) {
            throw new IllegalArgumentException(kernel.symbol() + ": " + name + " holds operands of products");
        }
        return address(name, matrix.address()).long64("ld" + name, matrix.stride());
    }

    /// As [#matrix], of either type, and which.
    Launch written(String name, DeviceMatrix matrix) {
        return address(name, matrix.address())
                .long64("ld" + name, matrix.stride())
                .integer("narrow", matrix.isNarrow() ? 1 : 0);
    }

    Launch integer(String name, int value) {
        parameters.add(new Parameter.Int(name, value));
        return this;
    }

    Launch long64(String name, long value) {
        parameters.add(new Parameter.Long64(name, value));
        return this;
    }

    Launch float32(String name, float value) {
        parameters.add(new Parameter.Float32(name, value));
        return this;
    }

    Kernel kernel() {
        return kernel;
    }

    int gridX() {
        return gridX;
    }

    int gridY() {
        return gridY;
    }

    int threads() {
        return threads;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public String toString() {
        return "kernel " + kernel.symbol() + ", grid " + gridX + " x " + gridY + ", block " + threads + ", "
                + parameters.stream().map(Parameter::toString).collect(Collectors.joining(", "));
    }
}
