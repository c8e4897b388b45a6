package io.anabranch.relay.store;

import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a round into changes of the storage.
 *
 * <p>A record that is not new has an entry in the feed of each of its buckets, which has to go: the members say where it
 * is, and are asked for all records at once. Each family is written in the order of its keys, which an ordered store
 * takes several times as fast.
 */
final class AppendBatch {

    private final StorageReader stored;
    private final WriteBatch batch = new WriteBatch();

    AppendBatch(StorageReader stored) {
        this.stored = stored;
    }

    WriteBatch of(Admitted admitted) {
        List<KeyedChange> changes = new ArrayList<>(admitted.changes().size());
        admitted.changes().forEach(change -> changes.add(new KeyedChange(change)));
        changes.sort(Comparator.comparing(change -> change.key, Arrays::compareUnsigned));
        changes.forEach(change ->
                batch.put(Layout.STATES, change.key, change.change.record().encode()));
        changes.forEach(change -> AttachmentRows.add(
                batch, change.key, change.change.record().state().asReadOnlyByteBuffer()));
        leaveOldPlaces(changes);
        changes.forEach(this::enterMembers);
        changes.sort(Comparator.comparingLong(change -> change.change.record().sequence()));
        changes.forEach(this::enterFeed);
        count(admitted.changes());
        admitted.replicas().forEach(head -> batch.put(Layout.HEADS, Layout.number(head.replica()), Layout.head(head)));
        admitted.verdicts()
                .forEach(run ->
                        batch.put(Layout.VERDICTS, Layout.numbers(run.replica(), run.firstSeq()), Layout.verdict(run)));
        batch.put(Layout.META, Layout.HEAD, Layout.position(admitted.head()));
        return batch;
    }

    private void leaveOldPlaces(List<KeyedChange> changes) {
        List<byte[]> members = new ArrayList<>();
        List<KeyedChange> moved = new ArrayList<>();
        List<Long> buckets = new ArrayList<>();
        for (KeyedChange change : changes) {
            if (!change.change.isNew()) {
                for (long bucket : change.change.buckets()) {
                    members.add(Layout.memberKey(bucket, change.key));
                    moved.add(change);
                    buckets.add(bucket);
                }
            }
        }
        List<byte @Nullable []> places = members.isEmpty() ? List.of() : stored.getAll(Layout.MEMBERS, members);
        for (int i = 0; i < places.size(); i++) {
            byte[] place = places.get(i);
            if (place != null) {
                batch.delete(Layout.FEED, Layout.feedKey(buckets.get(i), Layout.number(place), moved.get(i).key));
            }
        }
    }

    private void enterMembers(KeyedChange change) {
        byte[] place = Layout.number(change.change.record().sequence());
        for (long bucket : change.change.buckets()) {
            batch.put(Layout.MEMBERS, Layout.memberKey(bucket, change.key), place);
        }
    }

    private void enterFeed(KeyedChange change) {
        long sequence = change.change.record().sequence();
        for (long bucket : change.change.buckets()) {
            batch.put(Layout.FEED, Layout.feedKey(bucket, sequence, change.key), new byte[0]);
        }
    }

    private void count(List<Admitted.Change> changes) {
        Map<String, Long> live = new HashMap<>();
        for (Admitted.Change change : changes) {
            if (change.liveChange() != 0) {
                live.merge(change.record().key().type(), (long) change.liveChange(), Long::sum);
            }
        }
        live.forEach((type, more) -> {
            byte[] key = Layout.concat(Layout.LIVE, Layout.ascii(type));
            byte[] before = stored.get(Layout.META, key);
            long count = more + (before == null ? 0 : Layout.number(before));
            if (count == 0) {
                batch.delete(Layout.META, key);
            } else {
                batch.put(Layout.META, key, Layout.number(count));
            }
        });
    }

    private static final class KeyedChange {

        private final Admitted.Change change;
        private final byte[] key;

        KeyedChange(Admitted.Change change) {
            this.change = change;
            this.key = RecordKeys.encode(change.record().key());
        }
    }
}
