package io.logprobe.standalone.service;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A service as a process.
///
/// @param name of its module, for instance `api-service`
/// @param application folder that holds `quarkus-run.jar`
/// @param port its HTTP port as seen from this machine
/// @param jvmOptions memory and compiler
/// @param configuration what it reads as configuration, from a file
/// @param environment what it finds in its environment: secrets that must not be on the disk, above all
public record ServiceSpec(
        String name,
        Path application,
        int port,
        List<String> jvmOptions,
        Map<String, String> configuration,
        Map<String, String> environment) {

    public ServiceSpec {
        jvmOptions = List.copyOf(jvmOptions);
        configuration = Map.copyOf(configuration);
        environment = Map.copyOf(environment);
    }

    /// Without what may be secret.
    @Override
    public String toString() {
        return name + " on port " + port;
    }
}
