package io.logprobe.messaging;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;

@AnalyzeClasses(packages = "io.logprobe.messaging", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule KNOWS_THE_WIRE_AND_NOTHING_ELSE_OF_LOGPROBE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.logprobe.api..",
                    "io.logprobe.scheduler..",
                    "io.logprobe.worker..",
                    "io.logprobe.notifier..",
                    "io.logprobe.standalone..",
                    "io.logprobe.engine..")
            .because("every service uses it, so it can serve none in particular");

    @ArchTest
    static final ArchRule DEPENDENCIES_COME_THROUGH_CONSTRUCTORS =
            noFields().should().beAnnotatedWith(Inject.class);
}
