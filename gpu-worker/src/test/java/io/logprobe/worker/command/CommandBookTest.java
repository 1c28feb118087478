package io.logprobe.worker.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.command.RevokeEvaluation;
import io.logprobe.contracts.command.RunEvaluation;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.contracts.spec.ModelRevision;
import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.worker.command.CommandBook.Decision;
import io.logprobe.worker.command.CommandBook.Verdict;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CommandBookTest {

    private static final UUID BOOT = new UUID(1, 1);
    private static final UUID EVALUATION = new UUID(2, 2);
    private static final String SHA1 = "0123456789abcdef0123456789abcdef01234567";

    private final CommandBook book = CommandBook.empty("node-1", BOOT);

    @Test
    void firstCommandOfAnEvaluationRuns() {
        RunEvaluation run = run("node-1", BOOT, 3);

        assertThat(book.decide(run).verdict()).isEqualTo(new Verdict.Run(run));
    }

    @Test
    void commandDeliveredTwiceRunsOnce() {
        RunEvaluation run = run("node-1", BOOT, 3);

        Decision second = book.decide(run).next().decide(run);

        assertThat(second.verdict()).isInstanceOf(Verdict.Ignore.class);
    }

    @Test
    void commandOfALowerEpochIsIgnored() {
        CommandBook later = book.decide(run("node-1", BOOT, 3)).next();

        assertThat(later.decide(run("node-1", BOOT, 2)).verdict()).isInstanceOf(Verdict.Ignore.class);
    }

    @Test
    void commandOfAHigherEpochRuns() {
        CommandBook later = book.decide(run("node-1", BOOT, 3)).next();

        assertThat(later.decide(run("node-1", BOOT, 4)).verdict()).isInstanceOf(Verdict.Run.class);
    }

    @Test
    void commandToAnEarlierStartOfThisNodeIsIgnored() {
        assertThat(book.decide(run("node-1", new UUID(9, 9), 3)).verdict()).isInstanceOf(Verdict.Ignore.class);
    }

    @Test
    void commandToAnotherNodeIsIgnored() {
        assertThat(book.decide(run("node-2", BOOT, 3)).verdict()).isInstanceOf(Verdict.Ignore.class);
    }

    @Test
    void revocationStopsTheEvaluationAndOutlawsItsEpoch() {
        Decision revoked =
                book.decide(run("node-1", BOOT, 3)).next().decide(new RevokeEvaluation("node-1", EVALUATION, 3, "why"));

        assertThat(revoked.verdict()).isEqualTo(new Verdict.Stop(EVALUATION, "why"));
        assertThat(revoked.next().decide(run("node-1", BOOT, 3)).verdict()).isInstanceOf(Verdict.Ignore.class);
    }

    @Test
    void revocationOfAnEarlierEpochDoesNotStopALaterOne() {
        CommandBook later = book.decide(run("node-1", BOOT, 4)).next();

        assertThat(later.decide(new RevokeEvaluation("node-1", EVALUATION, 3, "why"))
                        .verdict())
                .isInstanceOf(Verdict.Ignore.class);
    }

    private static RunEvaluation run(String node, UUID boot, long epoch) {
        return new RunEvaluation(
                node,
                boot,
                EVALUATION,
                new UUID(3, 3),
                epoch,
                new ModelRevision("owner/model", SHA1, null, "opt", 1, 1),
                new DatasetRevision("owner/data", "default", "test", SHA1, "0".repeat(64), 10),
                ScoringOptions.DEFAULT,
                List.of(),
                null);
    }
}
