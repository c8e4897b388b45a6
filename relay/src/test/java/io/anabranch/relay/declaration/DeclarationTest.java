package io.anabranch.relay.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.relay.declaration.DeclarationPlan.Action;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people write them: what is wrong with them, what they change, and that what is shown is read again. */
class DeclarationTest {

    private static String resource(String name) throws IOException {
        try (InputStream in = DeclarationTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Configuration of(String yaml) {
        return Configuration.of(Declaration.read(yaml, Configuration.EMPTY).records(), Set.of());
    }

    private static String faults(String file, String yaml) {
        try {
            Declaration.read(yaml, Configuration.EMPTY);
            return "";
        } catch (DeclarationException e) {
            return e.faults().stream().map(fault -> fault.in(file) + "\n").collect(Collectors.joining());
        }
    }

    /** The expected text is reviewed as a file: {@code NAME.yaml} has what is wrong, {@code NAME.txt} what is said of it. */
    @ParameterizedTest
    @ValueSource(strings = {"misspelt", "senseless", "malformed"})
    void everythingThatIsWrongIsSaidWithItsPlace(String name) throws IOException {
        assertThat(faults(name + ".yaml", resource(name + ".yaml"))).isEqualTo(resource(name + ".txt"));
    }

    @Test
    void theExampleIsReadAndShownAsTheSame() throws IOException {
        Configuration example = of(Files.readString(Path.of("examples/legislators.yaml")));
        assertThat(example.types()).hasSize(5);
        assertThat(example.rules()).hasSize(6);
        assertThat(of(DeclarationText.yaml(example))).isEqualTo(example);
        assertThat(of(DeclarationText.json(example))).isEqualTo(example);
    }

    @Test
    void everyPropertyComesBack() throws IOException {
        Configuration all = of(resource("everything.yaml"));
        assertThat(of(DeclarationText.yaml(all))).isEqualTo(all);
        assertThat(Configuration.of(all.records(), Set.of())).isEqualTo(all);
    }

    @Test
    void sectionsThatAreNotThereStay() {
        Configuration present = of("types: {call: {fields: {a: text}}, visit: {}}\nusers: {ann: {}}");
        Declaration file = Declaration.read("types: {call: {fields: {b: text}}, memo: {}}", present);
        DeclarationPlan plan = DeclarationPlan.of(file, present, false);
        assertThat(plan.steps())
                .extracting(step -> step.action() + " " + step.section() + "." + step.name())
                .containsExactly("CHANGE types.call", "ADD types.memo");
        assertThat(plan.steps().get(0).parts())
                .extracting(part -> part.action() + " " + part.name())
                .containsExactly("REMOVE fields.a", "ADD fields.b");
        assertThat(plan.kept()).containsExactly("types.visit");
        assertThat(DeclarationPlan.of(file, present, true).steps())
                .extracting(DeclarationPlan.Step::action)
                .containsExactly(Action.CHANGE, Action.ADD, Action.REMOVE);
    }

    @Test
    void whatIsTheSameIsNoChange() {
        Configuration present = of("types: {call: {fields: {a: {type: text, required: false}}}}");
        assertThat(DeclarationPlan.of(
                                Declaration.read("types:\n  call:\n    fields:\n      a: text\n", present),
                                present,
                                true)
                        .steps())
                .isEmpty();
    }

    @Test
    void aFileMayBeAboutWhatAnotherHasDeclared() {
        Configuration present = of("types: {call: {fields: {owner: text}}}\nprofiles: {rep: {}}");
        assertThat(Declaration.read("users: {ann: {profile: rep}}", present).records())
                .extracting(ConfigurationRecord::type)
                .containsExactly(ConfigurationType.USER);
        assertThatThrownBy(() ->
                        Declaration.read("types: {call: {}}\nrules: {r: {type: call, where: owner = 'x'}}", present))
                .isInstanceOf(DeclarationException.class)
                .satisfies(e -> assertThat(((DeclarationException) e).faults()).hasSize(1));
    }

    @Test
    void aTimeThatMayBeATextIsNotComparedWithAnInstant() {
        String file = """
                types: {call: {fields: {held: datetime, day: date, at: integer}}, note: {fields: {call: text}}}
                rules: {r: {type: note, where: "call IN (SELECT id FROM call WHERE %s)"}}
                """;
        for (String wrong : List.of("held >= :now - 7 DAYS", "day BETWEEN :today - 1 DAYS AND :now", ":now < held")) {
            assertThat(faults("f", file.formatted(wrong)))
                    .as(wrong)
                    .contains("compared with an instant")
                    .contains("MILLIS(" + (wrong.contains("day") ? "day" : "held") + ")");
        }
        for (String right :
                List.of("MILLIS(held) >= :now - 7 DAYS", "day >= DATE(:now - 7 DAYS)", "at < :now", "held = 'x'")) {
            assertThat(of(file.formatted(right)).rules()).as(right).hasSize(1);
        }
    }

    @Test
    void norwayIsATextAndTrueIsATruthValue() {
        Configuration configuration =
                of("users: {ann: {attributes: {country: NO, level: 3, on: true, zip: '01', t: [x, 1]}}}");
        assertThat(DeclarationText.json(configuration))
                .isEqualTo(
                        "{\"users\":{\"ann\":{\"attributes\":{\"country\":\"NO\",\"level\":3,\"on\":true,\"t\":[\"x\",1],\"zip\":\"01\"}}}}");
    }

    @Test
    void nothingIsReadFromAliasesOrDeepNesting() {
        assertThat(faults("f", "a: &a [x]\nb: *a\n")).contains("f:2:4: aliases are not read");
        assertThat(faults("f", "[".repeat(100_000))).contains("too deep");
        assertThat(faults("f", "types: {}\n---\ntypes: {}\n")).contains("second document");
        assertThat(List.of(faults("f", ""), faults("f", "# nothing\n")))
                .allMatch(text -> text.contains("declares nothing"));
    }
}
