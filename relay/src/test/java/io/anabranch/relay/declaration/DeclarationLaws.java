package io.anabranch.relay.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.replica.schema.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the text, reading it ends in a declaration or in faults with places in it. */
class DeclarationLaws {

    private static final String EXAMPLE = example();

    private static String example() {
        try {
            return Files.readString(Path.of("examples/legislators.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(String text) {
        try {
            Declaration read = Declaration.read(text, Configuration.EMPTY);
            Configuration configuration = Configuration.of(read.records(), Set.of());
            if (!configuration.records().isEmpty()) {
                String shown = DeclarationText.yaml(configuration);
                assertThat(Declaration.read(shown, Configuration.EMPTY).records())
                        .isEqualTo(read.records());
            }
        } catch (DeclarationException e) {
            assertThat(e.faults()).isNotEmpty().allSatisfy(fault -> {
                assertThat(fault.place().line()).isPositive();
                assertThat(fault.place().column()).isPositive();
                assertThat(fault.text()).isNotBlank();
            });
        }
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefused(@ForAll String text) {
        read(text);
    }

    @Property(tries = 500)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        read(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Property(tries = 200)
    void aDamagedFileIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder damaged = new StringBuilder(EXAMPLE);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(damaged.length());
            int end = Math.min(damaged.length(), at + random.nextInt(20));
            switch (random.nextInt(3)) {
                case 0 -> damaged.delete(at, end);
                case 1 -> damaged.insert(at, "{}[]:,'\"\n -&*!|>%@`#?\t~".charAt(random.nextInt(23)));
                default -> damaged.insert(at, damaged.substring(at, end));
            }
        }
        read(damaged.toString());
    }
}
