package io.logprobe.standalone;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
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
    static final ArchRule PARTS_START_ON_THREADS_OF_THE_SYSTEM = noClasses()
            .that()
            .resideInAPackage("..platform..")
            .should()
            .accessTargetWhere(target(threadsThatAreVirtual()))
            .because(
                    "a virtual thread that waits in a class initialiser keeps its carrier: on a machine with two cores,"
                            + " two parts that start side by side could leave none to the third one, which they wait for");

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

    private static DescribedPredicate<AccessTarget> threadsThatAreVirtual() {
        return DescribedPredicate.describe(
                "a source of virtual threads", target -> target.getName().matches("(of|start|new)Virtual.*"));
    }
}
