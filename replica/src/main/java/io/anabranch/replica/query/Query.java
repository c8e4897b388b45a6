package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import java.util.Comparator;
import java.util.OptionalLong;

public final class Query {
    private Query() {}

    public static Query parse(String s) {
        return new Query();
    }

    public boolean matches(Record r) {
        return true;
    }

    public Comparator<Record> order() {
        return Comparator.comparing(Record::key);
    }

    public OptionalLong limit() {
        return OptionalLong.empty();
    }

    public long offset() {
        return 0;
    }
}
