package io.logprobe.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;

@AnalyzeClasses(packages = "io.logprobe.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLES =
            slices().matching("io.logprobe.api.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule KNOWS_NO_OTHER_SERVICE_AND_NO_ENGINE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.logprobe.scheduler..",
                    "io.logprobe.worker..",
                    "io.logprobe.notifier..",
                    "io.logprobe.standalone..",
                    "io.logprobe.engine..")
            .because("services meet in events and over HTTP alone");

    @ArchTest
    static final ArchRule DEPENDENCIES_COME_THROUGH_CONSTRUCTORS =
            noFields().should().beAnnotatedWith(Inject.class);

    @ArchTest
    static final ArchRule ONLY_CONFIGURATION_READS_THE_ENVIRONMENT = noClasses()
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);
}
