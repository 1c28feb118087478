package io.logprobe.scheduler.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeasePolicyTest {

    @Test
    void defaultsAreTheDocumentedOnes() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(LeasePolicy.class)
                .build();

        LeasePolicy policy = config.getConfigMapping(LeasePolicy.class);

        assertThat(policy.timeToLive()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy.fruitlessAttempts()).isEqualTo(3);
        assertThat(policy.upstreamAttempts()).isEqualTo(10);
        assertThat(policy.firstPause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.longestPause()).isEqualTo(Duration.ofMinutes(5));
    }
}
