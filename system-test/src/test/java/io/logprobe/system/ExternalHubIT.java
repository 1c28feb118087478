package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.standalone.hub.LocalHub;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./logprobe up --hub`: models, datasets and pull requests of a Hub that somebody else runs, here the test.
class ExternalHubIT {

    private static final String USER = "ada-9f2c71";
    private static final String TOKEN = "hf_" + USER;

    @TempDir
    Path folder;

    @Test
    void jobTakesEverythingFromItAndTheTokenIsLeftNowhere() throws IOException, InterruptedException {
        DemoFiles.put(folder.resolve("elsewhere"));
        Path data = folder.resolve("data");

        try (LocalHub hub = LocalHub.start(folder.resolve("elsewhere"), 0);
                RunningLogprobe logprobe = RunningLogprobe.start(data, hub.uri(), TOKEN)) {
            String id = logprobe.client().submitJob(job()).path("id").asText();
            JsonNode evaluation = logprobe.awaitSettled(id).at("/evaluations/0");

            assertThat(logprobe.output()).containsPattern("\nHub: +" + hub.uri() + " as " + USER + "\n");
            assertThat(evaluation.path("state").asText()).isEqualTo("COMPLETED");
            assertThat(evaluation.at("/pullRequest/url").asText())
                    .isEqualTo(hub.uri() + "/" + DemoFiles.MODEL + "/discussions/1");
            assertThat(logprobe.pullRequests(DemoFiles.MODEL)).singleElement().satisfies(request -> assertThat(
                            request.at("/author/name").asText())
                    .isEqualTo(USER));
            assertThat(data.resolve("hub")).doesNotExist();
            assertThat(logprobe.commandLines()).isNotEmpty().noneMatch(line -> line.contains(TOKEN));
            assertThat(logprobe.environmentOf("gpu-worker")).contains("LOGPROBE_HUB_TOKEN=" + TOKEN);
            assertThat(logprobe.environmentOf("scheduler-service")).doesNotContain(TOKEN);
        }
        Outcome search = Outcome.of("grep", "-rlaF", "--devices=skip", TOKEN, data);
        assertThat(search.out()).isEmpty();
        assertThat(search.code()).as("nothing found").isEqualTo(1);
    }

    private static ObjectNode job() {
        ObjectNode job = new ObjectMapper().createObjectNode();
        job.putObject("dataset").put("id", DemoFiles.DATASET);
        job.putArray("models").add(DemoFiles.MODEL);
        return job.put("publish", true);
    }
}
