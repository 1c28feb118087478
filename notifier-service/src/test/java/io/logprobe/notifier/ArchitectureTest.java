package io.logprobe.notifier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.inject.Inject;

@AnalyzeClasses(packages = "io.logprobe.notifier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule serviceKnowsNoOtherService = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.logprobe.api..",
                    "io.logprobe.scheduler..",
                    "io.logprobe.worker..",
                    "io.logprobe.engine..",
                    "io.logprobe.standalone..");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("io.logprobe.notifier.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ledgerKnowsNeitherHubNorMail = noClasses()
            .that()
            .resideInAPackage("..ledger..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..hub..", "..pullrequest..", "..email..", "io.vertx.ext.mail..");

    @ArchTest
    static final ArchRule decisionsArePure = classes()
            .that()
            .haveSimpleName("SideEffectLifecycle")
            .or()
            .haveSimpleName("ModelCard")
            .or()
            .haveSimpleName("ModelIndex")
            .or()
            .haveSimpleName("CardResult")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.logprobe.contracts..",
                    "io.logprobe.notifier.ledger..",
                    "io.logprobe.notifier.pullrequest..");

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
