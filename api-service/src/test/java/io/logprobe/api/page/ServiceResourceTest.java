package io.logprobe.api.page;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import io.logprobe.api.Surroundings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ServiceResourceTest {

    @ConfigProperty(name = "logprobe.hub.url")
    String hub;

    @Test
    void tellsWhichHubItReadsFrom() {
        get("/v1/service")
                .then()
                .statusCode(200)
                .body("hub", equalTo(hub))
                .body("version", matchesPattern("\\d+\\.\\d+\\.\\d+.*"));
    }
}
