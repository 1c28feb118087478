package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Documents name only what is there.
class DocumentationTest {

    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CLASS_NAME = Pattern.compile("[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+");
    private static final Pattern FOLDER_OR_FILE = Pattern.compile("[a-z0-9-]+(?:/[A-Za-z0-9._-]+)+/?");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(?:#[^)]*)?\\)");

    static Stream<Path> everyDocument() throws IOException {
        Stream<Path> atTheTop =
                Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md").map(REPOSITORY::resolve);
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve("docs"))) {
            return Stream.concat(atTheTop, files.filter(file -> file.toString().endsWith(".md"))).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("everyDocument")
    void everyClassThatADocumentNamesExists(Path document) throws IOException {
        Set<String> named =
                quoted(document).filter(CLASS_NAME.asMatchPredicate()).collect(Collectors.toCollection(TreeSet::new));

        named.removeAll(classNames());

        assertThat(named)
                .as("classes named in " + document + " that do not exist")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everyDocument")
    void everyLinkOfADocumentLeadsSomewhere(Path document) throws IOException {
        assertThat(LINK.matcher(Files.readString(document)).results().map(match -> match.group(1)))
                .filteredOn(target -> !target.startsWith("http"))
                .allSatisfy(
                        target -> assertThat(document.resolveSibling(target)).exists());
    }

    @Test
    void everyPathThatTheArchitecturePageNamesExists() throws IOException {
        Path document = REPOSITORY.resolve("docs/architecture.md");

        assertThat(quoted(document).filter(FOLDER_OR_FILE.asMatchPredicate()))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(REPOSITORY.resolve(path)).exists());
    }

    private static Stream<String> quoted(Path document) throws IOException {
        Matcher matcher = QUOTED.matcher(Files.readString(document));
        return matcher.results().map(match -> match.group(1)).toList().stream();
    }

    private static Set<String> classNames() throws IOException {
        try (Stream<Path> modules = Files.list(REPOSITORY)) {
            return modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(DocumentationTest::javaFiles)
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<Path> javaFiles(Path sources) {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
