package io.anabranch.bench.scope;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.UserAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * A sales organisation of any size: accounts in territories, their contacts, calls and orders, notes on calls. The same for the
 * same size. The first account has {@value #CALLS_OF_THE_FIRST} calls.
 */
final class SalesOrganisation {

    static final int TERRITORIES = 50;
    static final int CALLS_OF_THE_FIRST = 1_000;
    private static final int REGIONS = 5;
    private static final String[] WORDS = {
        "harbour", "clinic", "north", "valley", "river", "supply", "county", "medical"
    };

    private final long accounts;
    private final long contacts;
    private final long calls;
    private final long orders;
    private final long records;
    private final int users;

    SalesOrganisation(long records, int users) {
        this.records = records;
        this.users = users;
        this.accounts = Math.max(1, records / 20);
        this.contacts = records * 3 / 20;
        this.calls = records / 2;
        this.orders = records * 3 / 20;
    }

    long records() {
        return records;
    }

    int users() {
        return users;
    }

    /** The key of a record, by number from 0; what a record refers to has a lower one. */
    RecordKey key(long number) {
        Place place = place(number);
        return new RecordKey(place.type, place.type.charAt(0) + Long.toString(place.within));
    }

    /** The key of the n-th account. */
    RecordKey account(long n) {
        return new RecordKey("account", "a" + n);
    }

    static String territory(long n) {
        return "t" + n % TERRITORIES;
    }

    static String user(long n) {
        return "user" + n;
    }

    /** Makes a record, with a dozen fields, some 300 bytes as JSON. */
    void fill(BiConsumer<String, Value> edit, long number) {
        SplittableRandom random = new SplittableRandom(number);
        Place place = place(number);
        switch (place.type) {
            case "account" -> {
                text(edit, "territory", territory(place.within));
                text(edit, "segment", "segment" + random.nextInt(10));
                text(edit, "country", "c" + random.nextInt(20));
            }
            case "contact" -> {
                text(edit, "account", "a" + random.nextLong(accounts));
                text(edit, "role", random.nextInt(4) == 0 ? "buyer" : "user");
            }
            case "call" -> {
                text(edit, "account", "a" + (place.within < CALLS_OF_THE_FIRST ? 0 : random.nextLong(accounts)));
                edit.accept("date", Value.of(1_760_000_000_000L + random.nextLong(40_000_000_000L)));
            }
            case "order" -> {
                text(edit, "account", "a" + random.nextLong(accounts));
                edit.accept("amount", Value.of(random.nextInt(10_000)));
            }
            default -> {
                text(edit, "call", "c" + random.nextLong(Math.max(1, calls)));
                edit.accept("private", Value.of(random.nextBoolean()));
            }
        }
        text(edit, "owner", user(random.nextInt(1_000)));
        text(edit, "region", "r" + random.nextInt(REGIONS));
        text(edit, "status", random.nextInt(3) == 0 ? "open" : "closed");
        for (String field : List.of("name", "street", "remarks", "description")) {
            text(edit, field, words(random));
        }
        edit.accept("priority", Value.of(random.nextInt(5)));
    }

    /** Twenty rules, five with sub-queries. */
    static List<ConfigurationRecord> rules() {
        String ofTerritory = "account IN (SELECT id FROM account WHERE territory = :user.territory)";
        List<ConfigurationRecord> rules = new ArrayList<>();
        rules.add(rule("accounts-of-territory", "account", "territory = :user.territory"));
        rules.add(rule("contacts-of-territory", "contact", ofTerritory));
        rules.add(rule("calls-of-territory", "call", ofTerritory));
        rules.add(rule("orders-of-territory", "order", ofTerritory));
        rules.add(rule("notes-of-territory", "note", "call IN (SELECT id FROM call WHERE " + ofTerritory + ")"));
        rules.add(rule("notes-on-own-calls", "note", "call IN (SELECT id FROM call WHERE owner = :user.id)"));
        rules.add(rule("own-accounts", "account", "owner = :user.id"));
        rules.add(rule("own-contacts", "contact", "owner = :user.id"));
        rules.add(rule("own-calls", "call", "owner = :user.id"));
        rules.add(rule("own-orders", "order", "owner = :user.id"));
        rules.add(rule("own-notes", "note", "private = FALSE AND owner = :user.id"));
        rules.add(rule("key-accounts", "account", "segment = 'segment1' AND region = :user.region"));
        rules.add(rule("global-accounts", "account", "segment = 'segment2' AND country IN (:user.countries)"));
        rules.add(rule("buyers", "contact", "role = 'buyer' AND region = :user.region AND priority = 4"));
        rules.add(rule("urgent-calls", "call", "status = 'open' AND priority = 4 AND region = :user.region"));
        rules.add(rule("recent-calls", "call", "date >= :now - 30 DAYS AND owner = :user.id"));
        rules.add(rule("large-orders", "order", "amount > 9900 AND region = :user.region"));
        rules.add(rule("open-orders", "order", "status = 'open' AND owner = :user.id"));
        rules.add(rule("tasks", "task", "assignee = :user.id"));
        rules.add(rule("products", "product", ""));
        return rules;
    }

    static ConfigurationRecord rule(String name, String type, String where) {
        return ConfigurationRecord.of(new ScopeRule(
                name,
                type,
                ScopeRule.Kind.TOP,
                where,
                "",
                Set.of(),
                Set.of(),
                List.of(),
                false,
                AttachmentPolicy.NONE,
                true));
    }

    /** Users from one number to before another. */
    static List<ConfigurationRecord> users(long first, long end) {
        List<ConfigurationRecord> users = new ArrayList<>();
        for (long n = first; n < end; n++) {
            users.add(user(n, territory(n)));
        }
        return users;
    }

    static ConfigurationRecord user(long n, String territory) {
        return ConfigurationRecord.of(new UserAccount(
                user(n),
                "",
                true,
                Map.of(
                        "territory",
                        List.of(Value.of(territory)),
                        "region",
                        List.of(Value.of("r" + n % REGIONS)),
                        "countries",
                        List.of(Value.of("c" + n % 20), Value.of("c" + (n + 1) % 20)))));
    }

    private record Place(String type, long within) {}

    private Place place(long number) {
        long n = number;
        if (n < accounts) {
            return new Place("account", n);
        }
        n -= accounts;
        if (n < contacts) {
            return new Place("contact", n);
        }
        n -= contacts;
        if (n < calls) {
            return new Place("call", n);
        }
        n -= calls;
        return n < orders ? new Place("order", n) : new Place("note", n - orders);
    }

    private static void text(BiConsumer<String, Value> edit, String field, String text) {
        edit.accept(field, Value.of(text));
    }

    private static String words(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
