package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A save that shows in one of its records shows in all of them.
 *
 * <p>Each save writes its token to all its records. A token shows in a record if it is among the token's values, or if a token that
 * does was written by someone who had seen it there, hence superseded it: then what shows is later than the save, not a part
 * of it. Since every edit that could wipe a token writes one of its own, a record that ever had a token has one. Two cases are
 * no violation: the first filling of a device, which is not whole before it is complete, and a record of which the device
 * has only own edits, its creation having been withdrawn: such edits are held until the relay rejects them.
 */
final class AtomicCheck implements Check {

    private final History history;

    AtomicCheck(History history) {
        this.history = history;
    }

    @Override
    public void check(SimulatedDevice device) {
        if (!device.isFilled() || device.isAdrift()) {
            return;
        }
        Map<String, List<Save>> shown = new TreeMap<>();
        Set<Save> saves = new LinkedHashSet<>();
        for (String key : history.keys()) {
            List<Save> tokens = tokens(device.state().view(Draft.key(key)));
            shown.put(key, tokens);
            saves.addAll(tokens);
        }
        saves.forEach(save -> requireWhole(device, save, shown));
    }

    private void requireWhole(SimulatedDevice device, Save save, Map<String, List<Save>> shown) {
        if (save.isPerhapsInPart(device.state().appliedPosition().sequence())) {
            return;
        }
        for (Draft.RecordDraft record : save.draft().records()) {
            List<Save> there = shown.getOrDefault(record.key(), List.of());
            boolean held = there.isEmpty()
                    && save.replica() == device.replica()
                    && device.state().view(Draft.key(record.key())).isEmpty();
            boolean shows = there.stream().anyMatch(other -> isOrSupersedes(record.key(), other, save));
            CheckFailure.require(
                    shows || held || !record.writesToken(),
                    "atomic",
                    "%s shows a part of %s: it is missing in %s, which has %s",
                    device,
                    save,
                    record.key(),
                    there);
        }
    }

    /**
     * Directly, or by saves of which each had seen the one before: a rejected one is seen by its own author alone, and when it is saved
     * again it stands behind what that author had made since.
     */
    private boolean isOrSupersedes(String key, Save later, Save earlier) {
        Set<Save> superseded = new LinkedHashSet<>(List.of(later));
        Deque<Save> open = new ArrayDeque<>(superseded);
        while (!open.isEmpty()) {
            Effect effect = open.remove().effect(key);
            for (Save save : history.touching(key)) {
                if (effect.saw(save.number()) && superseded.add(save)) {
                    open.add(save);
                }
            }
        }
        return superseded.contains(earlier);
    }

    private List<Save> tokens(Record record) {
        List<Save> saves = new ArrayList<>();
        for (Value token : record.values(Schema.TOKEN)) {
            Save save = history.byToken(token.toString());
            if (save == null) {
                throw new CheckFailure("atomic", "a token was never written: " + token);
            }
            saves.add(save);
        }
        return saves;
    }
}
