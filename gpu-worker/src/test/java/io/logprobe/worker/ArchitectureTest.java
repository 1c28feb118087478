package io.logprobe.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;

@AnalyzeClasses(packages = "io.logprobe.worker", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule serviceKnowsNoOtherService = noClasses()
            .that()
            .resideInAPackage("io.logprobe.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.logprobe.api..",
                    "io.logprobe.scheduler..",
                    "io.logprobe.notifier..",
                    "io.logprobe.messaging..");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.logprobe.worker.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule dependenciesComeThroughConstructors =
            noFields().should().beAnnotatedWith(Inject.class);

    @ArchTest
    static final ArchRule onlyConfigurationReadsTheEnvironment = noClasses()
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);
}
