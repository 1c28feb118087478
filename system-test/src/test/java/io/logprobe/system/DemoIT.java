package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./logprobe demo` from beginning to end.
class DemoIT {

    private static final Pattern WEB = Pattern.compile("Everything about this job: (\\S+)");

    @TempDir
    Path folder;

    @Test
    void showsFiguresPullRequestsAndTheEmailAndEnds() throws IOException, InterruptedException {
        Outcome outcome =
                Outcome.ofLogprobe("demo", "--data", folder.resolve("data"), "--port", "0", "--hub-port", "0");

        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        for (String model : List.of("opt-59k", "opt-272k", "opt-575k", "opt-1.6m")) {
            assertThat(outcome.lines())
                    .as("progress of " + model)
                    .anyMatch(line -> line.contains("logprobe-demo/" + model) && line.contains("400/400"));
            assertThat(outcome.lines())
                    .as("figures of " + model)
                    .anyMatch(line -> line.matches(
                            " *logprobe-demo/" + model + " +[\\d,]+ +[\\d.]+ % ± +[\\d.]+ % +[\\d.]+ +\\d+"));
            assertThat(outcome.out())
                    .containsPattern("Pull request http\\S+/logprobe-demo/" + model + "/discussions/1");
        }
        assertThat(outcome.out())
                .contains("synthetic", "inverse scaling", "+model-index:")
                .contains("E-mail to you@example.org: Logprobe: 4 of 4 models evaluated on logprobe-demo/pronouns");
        assertThat(outcome.out())
                .contains("./logprobe up --data " + folder.toRealPath().resolve("data"));
        Matcher web = WEB.matcher(outcome.out());
        assertThat(web.find()).isTrue();
        URI page = URI.create(web.group(1));
        assertThatThrownBy(() -> new Socket(page.getHost(), page.getPort()).close())
                .as("nobody listens any more")
                .isInstanceOf(ConnectException.class);
    }
}
