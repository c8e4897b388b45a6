package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * How many bytes a field costs beside its name and value, as a CBOR map would have them. After separate edits two thirds of
 * them are the ids of three replicas and the times of the commits, which no arrangement saves.
 */
final class MetadataSizeTest {

    private static final int FIELDS = 20;

    private final Site[] sites = {
        new Site(0x1f3a_9c44_0b71_e2d5L), new Site(0x6b0e_11d8_a3f2_4c97L), new Site(0xd4c2_7756_90ae_38f1L)
    };

    @Test
    void recordWrittenInOneCommit() {
        double bytes = metadataBytesPerField(writtenInOneCommit());
        System.out.printf("metadata, one commit: %.2f bytes a field%n", bytes);
        assertThat(bytes).isLessThanOrEqualTo(1.0);
    }

    @Test
    void recordAfterTenSeparateEditsByThreeReplicas() {
        Record record = writtenInOneCommit();
        for (int edit = 1; edit <= 10; edit++) {
            Site site = sites[edit % sites.length].get(record).at(millis(edit));
            int field = edit;
            site.edit(changes ->
                    changes.set(name(field), value(field)).set(name((7 * field + 3) % FIELDS), value(field)));
            record = site.view;
        }
        double bytes = metadataBytesPerField(record);
        System.out.printf("metadata, ten edits by three replicas: %.2f bytes a field%n", bytes);
        assertThat(bytes).isLessThanOrEqualTo(5.0);
    }

    private Record writtenInOneCommit() {
        return sites[0].at(millis(0)).edit(edit -> {
            for (int i = 0; i < FIELDS; i++) {
                edit.set(name(i), value(i));
            }
        });
    }

    private static long millis(int edit) {
        return 1_760_000_000_000L + edit * 420_137L;
    }

    private static String name(int i) {
        return "field_" + (char) ('a' + i);
    }

    private static Value value(int i) {
        return switch (i % 4) {
            case 0 -> Value.of("Harbour Clinic " + i);
            case 1 -> Value.of("555-0100-" + i);
            case 2 -> Value.of(1000L * i);
            default -> Value.of("A longer remark of some thirty characters " + i);
        };
    }

    private static double metadataBytesPerField(Record record) {
        int plain = 1;
        for (int i = 0; i < FIELDS; i++) {
            plain += plainSize(Value.of(name(i)))
                    + plainSize(record.value(name(i)).orElseThrow());
        }
        return (record.encode().length - plain) / (double) FIELDS;
    }

    private static int plainSize(Value value) {
        if (value instanceof Value.Whole whole) {
            return whole.number() < 24 ? 1 : whole.number() < 256 ? 2 : whole.number() < 65_536 ? 3 : 5;
        }
        int length = value.toString().getBytes(StandardCharsets.UTF_8).length;
        return (length < 24 ? 1 : 2) + length;
    }
}
