package io.anabranch.bench.simulation;

import java.util.function.Consumer;

/** Takes what happens in a run, one readable line each. */
interface Trace {

    Trace OFF = new Trace() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void line(String line) {}
    };

    /** Hands every line on. */
    static Trace to(Consumer<String> lines) {
        return new Trace() {
            @Override
            public boolean isOn() {
                return true;
            }

            @Override
            public void line(String line) {
                lines.accept(line);
            }
        };
    }

    /** Whether lines are wanted; if not they are not made. */
    boolean isOn();

    void line(String line);
}
