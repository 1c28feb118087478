package io.logprobe.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;

@AnalyzeClasses(packages = "io.logprobe.scheduler", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule serviceKnowsNoOtherService = noClasses()
            .that()
            .resideInAPackage("io.logprobe.scheduler..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.logprobe.api..", "io.logprobe.worker..", "io.logprobe.notifier..", "io.logprobe.engine..");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.logprobe.scheduler.(*)..").should().beFreeOfCycles();

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
