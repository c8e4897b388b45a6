package io.anabranch.bench.simulation;

import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.relay.store.Buckets;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Notes what the relay decides, round by round, and checks that it may: a verdict is given once and never changes, positions
 * have no gaps, a rejection has a reason that the definitions know, and the feed never changes behind a reader.
 */
final class RelayRecorder {

    private static final String VERDICTS = "verdicts";
    private static final long AHEAD_MAX_MILLIS = 300_000;
    private static final byte[] NOTHING = new byte[0];

    private final World world;
    private final History history;
    /** Record → sequence → its bytes from there on. */
    private final SortedMap<String, NavigableMap<Long, byte[]>> states = new TreeMap<>();

    private long headSequence;
    private final Map<Long, Long> judgedSeqs = new HashMap<>();

    RelayRecorder(World world, History history) {
        this.world = world;
        this.history = history;
    }

    /** A record's bytes at the relay when its head was at a sequence; none if it did not know it. */
    byte[] stateAt(String key, long sequence) {
        NavigableMap<Long, byte[]> versions = states.get(key);
        Map.Entry<Long, byte[]> version = versions == null ? null : versions.floorEntry(sequence);
        return version == null ? NOTHING : version.getValue();
    }

    SortedMap<String, NavigableMap<Long, byte[]>> states() {
        return states;
    }

    /** The relay was opened again: what it had said must still hold. */
    void reopened(RelayStore store) {
        CheckFailure.require(
                store.head().sequence() == headSequence,
                "relay keeps what it said",
                "the head is %d and was %d",
                store.head().sequence(),
                headSequence);
    }

    /** What the relay had decided at a moment. */
    record Memory(long headSequence, Map<Long, Long> judgedSeqs) {
        Memory {
            judgedSeqs = Map.copyOf(judgedSeqs);
        }
    }

    /** For a backup that is made now. */
    Memory remember() {
        return new Memory(headSequence, judgedSeqs);
    }

    /** The relay is what it was at a moment: what was accepted since is lost until someone brings it back. */
    void restored(Memory memory) {
        headSequence = memory.headSequence;
        judgedSeqs.clear();
        judgedSeqs.putAll(memory.judgedSeqs);
        states.values()
                .forEach(versions -> versions.tailMap(headSequence, false).clear());
        states.values().removeIf(Map::isEmpty);
        history.lose(headSequence);
    }

    /** A round of states that a device has brought back is durable. */
    void recovered(RelayStore store) {
        try (RelayView view = store.view()) {
            long head = view.head().sequence();
            CheckFailure.require(
                    head == headSequence || head == headSequence + 1,
                    "verdicts",
                    "the head is %d after %d",
                    head,
                    headSequence);
            for (Save save : history.lost()) {
                boolean isBack = save.effects().keySet().stream()
                        .allMatch(key -> view.record(Draft.key(key))
                                .map(stored -> save.isIn(stored.record()))
                                .orElse(false));
                if (isBack) {
                    save.recover(head);
                    world.say("%s is recovered at %d", save, head);
                }
            }
            noteStates(view);
            headSequence = head;
        }
    }

    /** A round is durable; it had commits of these replicas. */
    void appended(RelayStore store, long relayMillis, boolean strict, List<Long> replicas) {
        long stampMax = (relayMillis + AHEAD_MAX_MILLIS) << 16 | 0xffff;
        try (RelayView view = store.view()) {
            SortedMap<Long, Save> accepted = new TreeMap<>();
            for (long replica : replicas) {
                noteVerdicts(view, replica, new Round(stampMax, strict, accepted));
            }
            requireNoGap(accepted, view.head().sequence());
            accepted.values().forEach(this::requireKnownRecords);
            noteStates(view);
            headSequence = view.head().sequence();
        }
    }

    /** The relay is about to answer a batch. */
    void answered(long replica, List<VerdictRun> runs) {
        for (VerdictRun run : runs) {
            for (long seq = run.firstSeq(); seq < run.endSeq(); seq++) {
                requireSame(history.find(replica, seq), run);
            }
        }
    }

    private record Round(long stampMax, boolean strict, SortedMap<Long, Save> accepted) {}

    private void noteVerdicts(RelayView view, long replica, Round round) {
        long end = view.replicaHead(replica).nextSeq();
        long from = judgedSeqs.getOrDefault(replica, 0L) + 1;
        CheckFailure.require(
                from <= end && end - 1 <= history.of(replica).size(), VERDICTS, "verdicts end before %d", end);
        for (VerdictRun run : view.verdicts(replica, from, end, Integer.MAX_VALUE)) {
            for (long seq = run.firstSeq(); seq < run.endSeq(); seq++) {
                Save save = history.find(replica, seq);
                requireReason(save, run, round.strict);
                if (run.verdict() instanceof VerdictRun.Accepted first) {
                    save.accept(first.first().sequence() + seq - run.firstSeq(), round.stampMax);
                    round.accepted.put(save.verdictPosition(), save);
                    world.say("%s is accepted at %d", save, save.verdictPosition());
                } else {
                    save.reject();
                    world.say("%s is rejected: %s", save, reason(run));
                }
            }
        }
        judgedSeqs.put(replica, end - 1);
    }

    private void requireKnownRecords(Save save) {
        save.effects()
                .forEach((key, effect) -> CheckFailure.require(
                        effect.creates() || history.isConfirmed(key, save.verdictPosition() - 1),
                        VERDICTS,
                        "%s is accepted although %s is not known",
                        save,
                        key));
    }

    private void requireNoGap(SortedMap<Long, Save> accepted, long newHead) {
        long expected = headSequence + 1;
        for (long sequence : accepted.keySet()) {
            CheckFailure.require(sequence == expected, VERDICTS, "position %d follows %d", sequence, expected - 1);
            expected++;
        }
        CheckFailure.require(expected == newHead + 1, VERDICTS, "the head is %d after %d", newHead, expected - 1);
    }

    private static void requireSame(Save save, VerdictRun run) {
        boolean same = run.verdict() instanceof VerdictRun.Accepted accepted
                ? save.verdictPosition() == accepted.first().sequence() + save.seq() - run.firstSeq()
                : save.isRejected();
        CheckFailure.require(same, VERDICTS, "the verdict on %s has changed", save);
    }

    private void requireReason(Save save, VerdictRun run, boolean strict) {
        boolean forbidden = strict && save.isForbidden();
        if (run.verdict() instanceof VerdictRun.Rejected rejected) {
            boolean known = rejected.rejection().getCode() == RejectionCode.VALIDATION_FAILED
                    ? forbidden
                    : isOfUnknownRecord(rejected.rejection()) && hasUnknownRecord(save);
            CheckFailure.require(known, VERDICTS, "%s is rejected for no reason: %s", save, reason(run));
        } else {
            CheckFailure.require(
                    !forbidden || save.wasAccepted(), VERDICTS, "%s breaks the rule and is accepted", save);
        }
    }

    /** Whether a save was rejected because there is no such record, be it that its creation was rejected or that it never was. */
    static boolean isOfUnknownRecord(Rejection rejection) {
        return rejection.getCode() == RejectionCode.RECORD_UNKNOWN
                || rejection.getCode() == RejectionCode.DEPENDS_ON_REJECTED;
    }

    private boolean hasUnknownRecord(Save save) {
        return save.effects().entrySet().stream()
                .anyMatch(entry -> !entry.getValue().creates() && !history.isConfirmed(entry.getKey(), headSequence));
    }

    private static String reason(VerdictRun run) {
        return run.verdict() instanceof VerdictRun.Rejected rejected
                ? rejected.rejection().getCode() + " " + rejected.rejection().getMessage()
                : "";
    }

    private void noteStates(RelayView view) {
        FeedMark mark = FeedMark.after(0);
        FeedSlice slice = view.feed(Buckets.EVERYTHING, mark, Integer.MAX_VALUE);
        SortedMap<String, Long> seen = new TreeMap<>();
        for (FeedSlice.Entry entry : slice.entries()) {
            String key = entry.key().toString();
            CheckFailure.require(seen.put(key, entry.sequence()) == null, "bounded", "the feed has %s twice", key);
            StoredRecord record = view.record(entry.key()).orElseThrow();
            CheckFailure.require(
                    record.sequence() == entry.sequence(), "bounded", "%s is in the feed at another place", key);
            byte[] bytes = record.state().toByteArray();
            boolean changed = !Arrays.equals(bytes, stateAt(key, headSequence));
            CheckFailure.require(
                    changed == (entry.sequence() > headSequence),
                    "no late visibility",
                    "%s is in the feed at %d, the head was %d, changed: %s",
                    key,
                    entry.sequence(),
                    headSequence,
                    changed);
            if (changed) {
                world.say("  relay: %s at %d", key, entry.sequence());
                states.computeIfAbsent(key, absent -> new TreeMap<>())
                        .put(view.head().sequence(), bytes);
            }
        }
        for (String known : states.keySet()) {
            CheckFailure.require(seen.containsKey(known), "no late visibility", "%s has gone from the feed", known);
        }
    }
}
