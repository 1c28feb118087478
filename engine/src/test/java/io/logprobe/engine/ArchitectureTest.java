package io.logprobe.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.logprobe.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.logprobe.engine";

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(ROOT + ".(**)")
            .should()
            .beFreeOfCycles()
            .because("a package must be understood before those that use it");

    @ArchTest
    static final ArchRule NO_FRAMEWORK = classes()
            .that()
            .resideInAPackage(ROOT + "..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "..",
                    "java..",
                    "jdk.incubator.vector..",
                    "com.fasterxml.jackson..",
                    "ai.djl..",
                    "picocli..",
                    "jcuda..")
            .because("the engine outlives frameworks");

    @ArchTest
    static final ArchRule ROOT_IS_THE_TOP = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT)
            .because("the public facade is built on the packages below it");

    @ArchTest
    static final ArchRule CLI_IS_USED_BY_NOBODY = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".cli..");

    @ArchTest
    static final ArchRule PICOCLI_ONLY_IN_CLI = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule BACKENDS_KNOW_NO_MODEL = noClasses()
            .that()
            .resideInAPackage(ROOT + ".backend..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".model..", ROOT + ".checkpoint..", ROOT + ".tokenizer..");

    @ArchTest
    static final ArchRule BACKENDS_DO_NOT_KNOW_EACH_OTHER =
            slices().matching(ROOT + ".backend.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule FAMILIES_KNOW_NO_EXECUTOR = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".model.family..", ROOT + ".model.architecture..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".model")
            .because("a family is a description, it does not compute");
}
