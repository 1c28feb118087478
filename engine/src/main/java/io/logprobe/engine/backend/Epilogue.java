package io.logprobe.engine.backend;

/// What a linear layer does with its products.
public sealed interface Epilogue {

    Epilogue STORE = new Store();
    Epilogue ADD = new Add(1);

    /// `y = p`
    record Store() implements Epilogue {}

    /// `y = y + scale · p`
    record Add(float scale) implements Epilogue {}

    /// `y = f(p)`
    record Activate(Activation activation) implements Epilogue {}
}
