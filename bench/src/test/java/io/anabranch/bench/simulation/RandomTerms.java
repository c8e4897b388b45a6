package io.anabranch.bench.simulation;

import java.util.List;

/** Draws conditions over the fields that scoped records have. */
final class RandomTerms {

    static final List<String> TYPES = List.of("account", "call", "note");
    static final List<String> TERRITORIES = List.of("N", "S", "E", "W");
    static final List<String> STATES = List.of("open", "won", "lost");
    /** What every record may have. */
    static final List<String> FIELDS =
            List.of("territory", "status", "amount", "due", "secret", "code", "account", "call", "tags");

    private final World world;
    /** Whether conditions may name the user. */
    private final boolean users;

    RandomTerms(World world, boolean users) {
        this.world = world;
        this.users = users;
    }

    /** The type that records of a type refer to, by a field of its name; empty if to none. */
    static String parent(String type) {
        return switch (type) {
            case "call" -> "account";
            case "note" -> "call";
            default -> "";
        };
    }

    private static String child(String type) {
        return type.equals("account") ? "call" : "note";
    }

    Term term(String type, int depth) {
        int way = world.pick(depth == 0 ? 4 : 9);
        return switch (way) {
            case 0, 1, 2, 3 -> atom();
            case 4 -> atom().and(term(type, depth - 1));
            case 5 -> atom().or(term(type, depth - 1));
            case 6, 7 -> joined(type, depth);
            default -> world.chance(0.5) ? atom().not() : joined(type, depth);
        };
    }

    private Term joined(String type, int depth) {
        boolean up = !type.equals("account") && (type.equals("note") || world.chance(0.7));
        return up
                ? Term.refers(parent(type), parent(type), term(parent(type), depth - 1))
                : Term.referred(child(type), type, term(child(type), depth - 1));
    }

    private Term atom() {
        return users && world.chance(0.7) ? ofUser() : plain();
    }

    private Term ofUser() {
        return switch (world.pick(8)) {
            case 0 -> Term.above("amount", "level");
            case 1 -> Term.among("territory", "territories", true).not();
            case 2, 3, 4 -> Term.among("territory", "territories", true);
            default -> Term.among("territory", "territory", false);
        };
    }

    private Term plain() {
        int number = world.pick(4);
        return switch (world.pick(8)) {
            case 0 -> Term.plain("status IN ('open', 'won')", asked -> asked.column("status") + " IN ('open', 'won')");
            case 1 -> Term.plain("status = 'lost'", asked -> asked.column("status") + " = 'lost'");
            case 2 -> Term.plain("status <> 'lost'", asked -> asked.column("status") + " <> 'lost'");
            case 3 -> Term.plain("amount > " + number, asked -> asked.column("amount") + " > " + number);
            case 4 -> Term.plain("secret IS NULL", asked -> asked.column("secret") + " IS NULL");
            case 5 ->
                Term.plain(
                        "amount BETWEEN 1 AND " + number, asked -> asked.column("amount") + " BETWEEN 1 AND " + number);
            case 6 ->
                Term.plain(
                        "due > :now - " + number + " MINUTES",
                        asked -> asked.column("due") + " > " + (asked.nowMillis() - number * 60_000L));
            default ->
                Term.plain(
                        "due <= :now + " + number + " MINUTES",
                        asked -> asked.column("due") + " <= " + (asked.nowMillis() + number * 60_000L));
        };
    }
}
