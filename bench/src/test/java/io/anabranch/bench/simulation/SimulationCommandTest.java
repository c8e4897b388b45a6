package io.anabranch.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimulationCommandTest {

    private final StringWriter out = new StringWriter();
    private final CommandLine command = new CommandLine(new SimulationCommand()).setOut(new PrintWriter(out));

    @Test
    void runsSeedsAndSaysHowMany() {
        assertThat(command.execute("--first", "5", "--seeds", "3")).isZero();
        assertThat(out.toString()).startsWith("3 seeds, 0 failed, ").contains("seeds/s");
    }

    @Test
    void jsonIsOneObjectALine() {
        assertThat(command.execute("--first", "5", "--seeds", "2", "--json")).isZero();
        assertThat(out.toString().lines()).singleElement().asString().startsWith("{\"seeds\":2,\"failed\":0,");
    }

    @Test
    void tracesOneSeed() {
        assertThat(command.execute("--seed", "5", "--trace")).isZero();
        assertThat(out.toString().lines()).hasSizeGreaterThan(50).anyMatch(line -> line.contains("is accepted at"));
    }
}
