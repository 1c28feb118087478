package io.logprobe.standalone.platform;

import java.net.URI;

/// Where the services find what they need.
///
/// @param bootstrapServers the broker
/// @param hub the Hub, and what requests to it are signed with
/// @param mailHost the SMTP server
/// @param mailPort its port
/// @param web where the api-service is reached, by services and by those who read links
record Addresses(String bootstrapServers, HubAccess hub, String mailHost, int mailPort, URI web) {}
