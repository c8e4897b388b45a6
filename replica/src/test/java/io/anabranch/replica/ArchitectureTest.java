package io.anabranch.replica;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows inside the device. */
@AnalyzeClasses(packages = "io.anabranch.replica", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String[] PROTOCOL = {
        "io.anabranch.replica.session..",
        "io.anabranch.replica.state..",
        "io.anabranch.replica.commit..",
        "io.anabranch.replica.wire.."
    };

    @ArchTest
    static final ArchRule protocolDoesNoInputOrOutput = noClasses()
            .that()
            .resideInAnyPackage(PROTOCOL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.grpc..",
                    "io.netty..",
                    "org.rocksdb..",
                    "java.net..",
                    "java.nio.file..",
                    "java.util.concurrent..");

    @ArchTest
    static final ArchRule protocolTakesTimeAndChanceFromOutside = noClasses()
            .that()
            .resideInAnyPackage(PROTOCOL)
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom");

    @ArchTest
    static final ArchRule arrowsPointDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("io.anabranch.replica.cli..")
            .layer("json")
            .definedBy("io.anabranch.replica.json..")
            .layer("library")
            .definedBy("io.anabranch.replica")
            .layer("grpc")
            .definedBy("io.anabranch.replica.grpc..")
            .layer("session")
            .definedBy("io.anabranch.replica.session..")
            .layer("attachment")
            .definedBy("io.anabranch.replica.attachment..")
            .layer("state")
            .definedBy("io.anabranch.replica.state..")
            .layer("storage")
            .definedBy("io.anabranch.replica.storage..")
            .layer("identity")
            .definedBy("io.anabranch.replica.identity..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("library")
            .mayOnlyBeAccessedByLayers("cli", "json")
            .whereLayer("grpc")
            .mayOnlyBeAccessedByLayers("cli", "library")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("grpc", "library")
            .whereLayer("attachment")
            .mayOnlyBeAccessedByLayers("grpc", "library", "cli")
            .whereLayer("state")
            .mayOnlyBeAccessedByLayers("session", "grpc", "library", "cli", "attachment")
            .whereLayer("storage")
            .mayOnlyBeAccessedByLayers("state", "library", "cli", "attachment")
            .whereLayer("identity")
            .mayOnlyBeAccessedByLayers("grpc", "library", "cli");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.anabranch.replica.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheStorageKnowsRocksDb = noClasses()
            .that()
            .resideOutsideOfPackage("io.anabranch.replica.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");
}
