package io.anabranch.bench.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every save that was acknowledged, in the order they were made, with what its author had seen, and what has become of it.
 *
 * <p>What a device sees follows from the definitions: what the relay has accepted up to the device's position, and all of its own
 * that the user has not withdrawn. A record of which neither a confirmed state nor a creating save is there is not shown.
 */
final class History {

    private final List<Save> saves = new ArrayList<>();
    private final SortedMap<String, List<Save>> byKey = new TreeMap<>();
    private final Map<Long, List<Save>> byReplica = new HashMap<>();
    private final Map<String, Save> byToken = new HashMap<>();

    /** Which part of the relay's order a device has. */
    interface Sight {

        /** Whose own saves are seen before they are accepted. */
        long replica();

        /** The sequence whose state the base of a record has. */
        long sequence(String key);

        /** Whether the base of a record has a save's effect. */
        default boolean confirmedSees(Save save, String key) {
            return save.isAcceptedBy(sequence(key));
        }
    }

    /** A save was acknowledged. */
    Save add(long replica, long seq, long stamp, Draft draft, Sight sight) {
        Map<String, Effect> effects = new TreeMap<>();
        for (Draft.RecordDraft record : draft.records()) {
            effects.put(record.key(), Effect.of(record, view(record.key(), sight), seen(record.key(), sight)));
        }
        return add(new Save(saves.size(), replica, seq, stamp, draft, effects));
    }

    /**
     * The content of a rejected save was saved again. What its author overwrote of it later stays overwritten, as far as that is a sync
     * error too and can still be told so.
     *
     * @param errors the seqs of the sync errors on the device
     */
    Save repeat(Save first, long seq, long stamp, Set<Long> errors) {
        Map<String, Effect> effects = new TreeMap<>();
        first.effects().forEach((key, effect) -> effects.put(key, effect.repeated(first.number())));
        first.withdraw();
        Save again = add(new Save(saves.size(), first.replica(), seq, stamp, first.draft(), effects));
        for (long error : errors) {
            find(first.replica(), error).effects().forEach((key, effect) -> {
                if (effects.containsKey(key) && effect.saw(first.number())) {
                    effect.alsoSaw(again.number());
                }
            });
        }
        return again;
    }

    List<Save> of(long replica) {
        return byReplica.getOrDefault(replica, List.of());
    }

    Save find(long replica, long seq) {
        return of(replica).get((int) (seq - 1));
    }

    @Nullable
    Save byToken(String token) {
        return byToken.get(token);
    }

    Collection<String> keys() {
        return byKey.keySet();
    }

    List<Save> touching(String key) {
        return byKey.getOrDefault(key, List.of());
    }

    int count() {
        return saves.size();
    }

    /** What the record must read on a device. */
    Reading view(String key, Sight sight) {
        if (!isKnown(key, sight)) {
            return Reading.NOTHING;
        }
        return Model.read(
                key,
                touching(key),
                isSeenBy(sight, key),
                save -> sight.confirmedSees(save, key) ? save.confirmedStamp() : save.stamp());
    }

    /** What the record must read at the relay. */
    Reading confirmed(String key) {
        return Model.read(key, touching(key), save -> save.position() != 0, Save::confirmedStamp);
    }

    /** What was accepted after a sequence is lost. */
    void lose(long afterSequence) {
        saves.stream().filter(save -> save.position() > afterSequence).forEach(Save::lose);
    }

    /** What was accepted, lost and not brought back. */
    List<Save> lost() {
        return saves.stream()
                .filter(save -> save.wasAccepted() && save.position() == 0)
                .toList();
    }

    /** Whether the relay knows the record at a position. */
    boolean isConfirmed(String key, long sequence) {
        return touching(key).stream().anyMatch(save -> save.isAcceptedBy(sequence));
    }

    private Save add(Save save) {
        saves.add(save);
        List<Save> own = byReplica.computeIfAbsent(save.replica(), absent -> new ArrayList<>());
        CheckFailure.require(own.size() + 1 == save.seq(), "nothing lost", "seq %d was given twice", save.seq());
        own.add(save);
        save.effects()
                .keySet()
                .forEach(key ->
                        byKey.computeIfAbsent(key, absent -> new ArrayList<>()).add(save));
        byToken.put(save.draft().token(), save);
        return save;
    }

    private boolean isKnown(String key, Sight sight) {
        return touching(key).stream()
                .anyMatch(save -> sight.confirmedSees(save, key)
                        || (isOwn(save, sight) && save.effect(key).creates()));
    }

    /** Its own edits an author has seen even while they are held. */
    private BitSet seen(String key, Sight sight) {
        BitSet seen = new BitSet();
        touching(key).stream().filter(isSeenBy(sight, key)).forEach(save -> seen.set(save.number()));
        return seen;
    }

    private static Predicate<Save> isSeenBy(Sight sight, String key) {
        return save -> isOwn(save, sight) || sight.confirmedSees(save, key);
    }

    private static boolean isOwn(Save save, Sight sight) {
        return save.replica() == sight.replica() && !save.isWithdrawn();
    }
}
