package io.anabranch.crdt;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The data types are pure and small. */
@AnalyzeClasses(packages = "io.anabranch.crdt", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final int FILE_LINES_MAX = 350;
    private static final int METHOD_LINES_MAX = 40;

    @ArchTest
    static final ArchRule dependsOnTheJdkAlone = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.anabranch.crdt..", "java..", "org.jspecify.annotations"));

    @ArchTest
    static final ArchRule doesNoInputOrOutput = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io", "java.nio.file..", "java.nio.channels..", "java.net..", "java.sql..");

    @ArchTest
    static final ArchRule takesTimeAndChanceFromOutside = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Instant")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(RandomGenerator.class);

    @ArchTest
    static final ArchRule typesAreFinalOrSealed = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule codecAndJoinAreNotPublic = classes()
            .that()
            .haveSimpleNameEndingWith("Encoder")
            .or()
            .haveSimpleNameEndingWith("Decoder")
            .or()
            .haveSimpleName("RecordJoin")
            .or()
            .haveSimpleName("FieldEdit")
            .or()
            .haveSimpleName("Utf8")
            .should()
            .notBePublic();

    @Test
    void filesAndMethodsAreSmall() throws IOException {
        List<String> tooLarge = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                measure(file.getFileName().toString(), Files.readAllLines(file), tooLarge);
            }
        }
        assertThat(tooLarge).isEmpty();
    }

    // The formatter indents the methods of a type by four spaces and those of a nested one by eight.
    private static void measure(String file, List<String> lines, List<String> tooLarge) {
        if (lines.size() > FILE_LINES_MAX) {
            tooLarge.add(file + " has " + lines.size() + " lines");
        }
        int start = -1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.matches("( {4}| {8})\\S.*\\) \\{")
                    && !line.matches(".*\\b(if|for|while|switch|record|try|catch)\\b.*")) {
                start = i;
            } else if (line.matches(" {4}}| {8}}") && start >= 0) {
                if (i - start > METHOD_LINES_MAX && indent(line) == indent(lines.get(start))) {
                    tooLarge.add(file + ":" + (start + 1) + " has " + (i - start) + " lines");
                }
                start = indent(line) == indent(lines.get(start)) ? -1 : start;
            }
        }
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
