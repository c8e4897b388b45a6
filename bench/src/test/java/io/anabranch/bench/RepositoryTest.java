package io.anabranch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the house asks of every file, whichever module it is in. */
final class RepositoryTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("crdt", "replica", "relay", "bench");
    private static final int FILE_LINES_MAX = 475;
    private static final int TEST_FILE_LINES_MAX = 430;
    private static final int PUBLIC_TYPES_MAX = 20;
    private static final Pattern BANNED_NAME =
            Pattern.compile("((?<!Key|Trust)Manager|Helper|Util|Utils|Processor|Impl|Info|Abstract\\w*)\\.java$");
    private static final Pattern BANNED_PACKAGE =
            Pattern.compile("/(util|utils|common|core|api|impl|model|manager|helper)/[^/]+\\.java$");

    @Test
    void filesStaySmall() {
        assertThat(sources("main").filter(file -> lines(file).size() > FILE_LINES_MAX))
                .isEmpty();
        assertThat(sources("test").filter(file -> lines(file).size() > TEST_FILE_LINES_MAX))
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIs() {
        TreeSet<Path> silent = new TreeSet<>();
        sources("main")
                .map(Path::getParent)
                .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                .forEach(silent::add);
        assertThat(silent).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(sources("main")
                        .filter(file -> file.endsWith("package-info.java"))
                        .filter(file -> !text(file).contains("@NullMarked")))
                .isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        assertThat(sources("main")
                        .map(Path::toString)
                        .filter(file -> BANNED_NAME.matcher(file).find()
                                || BANNED_PACKAGE.matcher(file).find()))
                .isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        String sleep = "Thread" + ".sleep(";
        assertThat(sources("test").filter(file -> text(file).contains(sleep))).isEmpty();
    }

    @Test
    void packagesShowFewPublicTypes() {
        List<String> crowded = new ArrayList<>();
        sources("main").map(Path::getParent).distinct().forEach(directory -> {
            long count = sources(directory)
                    .filter(file -> text(file).lines().anyMatch(line -> line.startsWith("public ")))
                    .count();
            if (count > PUBLIC_TYPES_MAX) {
                crowded.add(directory + ": " + count);
            }
        });
        assertThat(crowded).isEmpty();
    }

    @Test
    void everyTestIsOneThatRuns() {
        Pattern runs = Pattern.compile("(Test|Laws|Contract|Simulation|Transcript|IT)\\.java$");
        assertThat(sources("test")
                        .filter(file ->
                                text(file).contains("@Test") || text(file).contains("@Property"))
                        .filter(file -> !runs.matcher(file.toString()).find()))
                .isEmpty();
    }

    private static Stream<Path> sources(String set) {
        return MODULES.stream().flatMap(module -> tree(ROOT.resolve(module).resolve("src/" + set + "/java")));
    }

    private static Stream<Path> sources(Path directory) {
        return tree(directory).filter(file -> directory.equals(file.getParent()));
    }

    private static Stream<Path> tree(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        return text(file).lines().toList();
    }
}
