package io.logprobe.scheduler.evaluation;

import java.util.List;

/// A decision: the state that follows and what is to be done about it.
record Transition(EvaluationState next, List<Effect> effects) {

    static Transition stay(EvaluationState state) {
        return new Transition(state, List.of());
    }

    static Transition to(EvaluationState next, Effect... effects) {
        return new Transition(next, List.of(effects));
    }
}
