package io.logprobe.api.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.hub.HubOrigin;
import java.net.URI;
import org.junit.jupiter.api.Test;

class NextPageTest {

    private static final HubRepository DATASET = new HubRepository(HubRepository.Type.DATASET, "acme/rows");
    private static final HubOrigin MIRROR = new HubOrigin(URI.create("https://mirror.example.org"));

    @Test
    void cursorIsThatOfTheNextPage() {
        String link =
                "<https://mirror.example.org/api/datasets/acme/rows/tree/main?recursive=true&cursor=a%2Bb>; rel=\"next\"";

        assertThat(NextPage.cursor(MIRROR, DATASET, link)).contains("a+b");
    }

    @Test
    void lastPageHasNone() {
        assertThat(NextPage.cursor(MIRROR, DATASET, null)).isEmpty();
    }

    @Test
    void listThatGoesOnAtAnotherHostIsNotTakenForComplete() {
        String link = "<https://huggingface.co/api/datasets/acme/rows/tree/main?cursor=b>; rel=\"next\"";

        assertThatThrownBy(() -> NextPage.cursor(MIRROR, DATASET, link))
                .isInstanceOf(Unacceptable.class)
                .hasMessageContainingAll("dataset acme/rows", "https://huggingface.co", "https://mirror.example.org");
    }

    @Test
    void listThatGoesOnWithoutACursorIsNotTakenForComplete() {
        String link = "<https://mirror.example.org/api/datasets/acme/rows/tree/main?page=2>; rel=\"next\"";

        assertThatThrownBy(() -> NextPage.cursor(MIRROR, DATASET, link))
                .isInstanceOf(Unacceptable.class)
                .hasMessageContainingAll("without a cursor", "https://mirror.example.org");
    }
}
