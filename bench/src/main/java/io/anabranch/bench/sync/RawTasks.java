package io.anabranch.bench.sync;

import org.jspecify.annotations.Nullable;

/** The tasks of the raw limits. */
final class RawTasks implements AutoCloseable {

    Worker.@Nullable Task task(String name) {
        return null;
    }

    @Override
    public void close() {}
}
