package io.logprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The compiler's options name methods. It takes a name that nobody has in silence, and the engine becomes slow.
class JvmOptionsTest {

    private static final String OPTION = "-XX:CompileCommand=";

    /// As `package.Class::method`, where a `*` in the name of the method stands for any letters.
    static Stream<String> everythingNamed() throws IOException {
        return Files.readAllLines(Path.of("jvm.options")).stream()
                .filter(line -> line.startsWith(OPTION) && !line.equals(OPTION + "quiet"))
                .map(line -> line.split(",", -1)[1])
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("everythingNamed")
    void methodsThatAreNamedExist(String named) throws ClassNotFoundException {
        String[] parts = named.split("::", -1);
        Pattern methods = Pattern.compile(parts[1].replace("*", ".*"));

        Class<?> type = Class.forName(parts[0], false, getClass().getClassLoader());

        assertThat(type.getDeclaredMethods()).extracting(Method::getName).anyMatch(methods.asMatchPredicate());
    }
}
