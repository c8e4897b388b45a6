package io.anabranch.bench.simulation;

import java.util.List;

/** The fields that simulated records have, each of one kind. */
final class Schema {

    static final List<String> TYPES = List.of("account", "call", "note");
    /** Every save writes its token here, in each of its records: so one can see whether all of it is there. */
    static final String TOKEN = "token";

    static final List<String> REGISTERS = List.of("name", "status", TOKEN);
    static final List<String> MULTIS = List.of("owner");
    static final List<String> SETS = List.of("topics");
    static final List<String> COUNTERS = List.of("samples", "visits");
    static final List<String> FLAGS = List.of("urgent");
    static final List<String> ELEMENTS = List.of("price", "safety", "stock");
    /** The relay rejects a save that writes a value beginning so, as long as it is strict. */
    static final String FORBIDDEN = "forbidden";

    private Schema() {}
}
