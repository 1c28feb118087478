package io.logprobe.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.logprobe.standalone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLES =
            slices().matching("io.logprobe.standalone.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule RUNS_SERVICES_AND_KNOWS_NONE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.logprobe.api..",
                    "io.logprobe.scheduler..",
                    "io.logprobe.worker..",
                    "io.logprobe.notifier..",
                    "io.logprobe.engine..")
            .because("services are processes of their own, reached through the broker and HTTP");
}
