package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import io.anabranch.crdt.Position;
import io.anabranch.proto.Page;
import io.anabranch.proto.Resumption;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes pages from the relay: applies what is consistent, stages what is not or is to wait, and forgets the commits that are passed. */
final class PageIntake {

    private final ReplicaState state;
    private final Storage storage;
    private final Staging staging;
    private ReplicaMeta.Progress applied;
    private long received;
    private final Doubts doubts;

    PageIntake(ReplicaState state) {
        this.state = state;
        this.storage = state.storage();
        this.applied = ReplicaMeta.progress(storage, ReplicaMeta.APPLIED);
        this.staging = new Staging(state);
        this.doubts = new Doubts(storage, state.log());
    }

    /** Goes on counting where another one ends. */
    void countsOn(PageIntake earlier) {
        received = earlier.received;
    }

    void startOver() {
        staging.discard();
        WriteBatch batch = new WriteBatch();
        doubts.begin(batch);
        batch.delete(META, ReplicaMeta.APPLIED);
        storage.write(batch, Durability.BUFFERED);
        applied = ReplicaMeta.Progress.NONE;
    }

    /** The cursor of what is applied, staged pages left out; empty at first. */
    byte[] appliedCursor() {
        return applied.cursor();
    }

    boolean isInDoubt() {
        return !doubts.isEmpty();
    }

    /** Goes on from another place, as the relay says after a reconciliation, with which nothing is in doubt any more. */
    void resume(WriteBatch batch, Resumption resumption) {
        // What is staged is of another order, and comes again.
        staging.discard();
        doubts.end(batch);
        if (!resumption.getCursor().isEmpty()) {
            Page place = Page.newBuilder()
                    .setCursor(resumption.getCursor())
                    .setPosition(resumption.getPosition())
                    .build();
            ReplicaMeta.putProgress(batch, ReplicaMeta.APPLIED, place, applied.consistent());
        }
    }

    /** To be called when the batch of {@link #resume} is written. */
    void resumed() {
        doubts.ended();
        applied = ReplicaMeta.progress(storage, ReplicaMeta.APPLIED);
    }

    /** The position of the base, {@link Position#START} while the first filling is not complete. */
    Position appliedPosition() {
        return applied.consistent() ? applied.position() : Position.START;
    }

    /** The position that the base is at, or will be when what is ready is applied. */
    Position readyPosition() {
        ReplicaMeta.Progress ready = staging.ready();
        return ready == null ? appliedPosition() : ready.position();
    }

    /** How far the download has come, staged pages included. */
    ReplicaMeta.Progress progress() {
        return staging.isEmpty() ? applied : staging.latest();
    }

    Waiting waiting() {
        return staging.waiting();
    }

    /** How many records all pages were about since the state was opened. */
    long received() {
        return received;
    }

    boolean prepareNext() {
        return staging.prepareNext();
    }

    void receive(Page page) {
        boolean repeated = isRepeated(page);
        if (!repeated) {
            requireNext(page);
        }
        List<RecordPatch> patches = RecordPatch.listOf(page);
        if (staging.ready() != null) {
            applyReady();
        }
        if (repeated) {
            return;
        }
        received += patches.size();
        if (page.getConsistent() || !applied.consistent()) {
            apply(page, patches);
        } else {
            requireWellFormed(patches);
            staging.add(page, false);
        }
    }

    void stage(Page page) {
        if (!doubts.isEmpty()) {
            // What is shown is to be made sure of first.
            receive(page);
            return;
        } else if (isRepeated(page)) {
            return;
        }
        requireNext(page);
        List<RecordPatch> patches = RecordPatch.listOf(page);
        received += patches.size();
        if (page.getConsistent() && patches.isEmpty() && staging.isEmpty() && !passesCommits(page)) {
            apply(page, patches);
        } else {
            requireWellFormed(patches);
            staging.add(page, page.getConsistent());
        }
    }

    /** Whether own commits are in the base with it: of a record that is not the device's any more nothing stays then. */
    private boolean passesCommits(Page page) {
        Position position = Positions.of(page.getPosition());
        return !state.acceptedPassedBy(position).seqs().isEmpty()
                || state.carried().passes(position);
    }

    /** What is malformed is refused now and not when all is applied. */
    private static void requireWellFormed(List<RecordPatch> patches) {
        patches.forEach(RecordPatch::newer);
    }

    private boolean isRepeated(Page page) {
        ReplicaMeta.Progress reached = progress();
        int order = Positions.of(page.getPosition()).compareTo(reached.position());
        boolean last = order == 0 && Arrays.equals(page.getCursor().toByteArray(), reached.cursor());
        return order < 0 || (last && !isNext(page));
    }

    private void requireNext(Page page) {
        long from = Positions.of(page.getFrom()).sequence();
        if (from > progress().position().sequence() || !isNext(page)) {
            throw new MalformedMessageException("a page does not follow the last one");
        }
    }

    /** Positions alone do not tell which of several pages within one commit is next. */
    private boolean isNext(Page page) {
        return !page.hasAfter()
                || Arrays.equals(page.getAfter().toByteArray(), progress().cursor());
    }

    private void apply(Page page, List<RecordPatch> patches) {
        BaseUpdate update = new BaseUpdate(state);
        for (Page earlier : staging.isEmpty() ? List.<Page>of() : staging.unreadyPages()) {
            update.patch(RecordPatch.listOf(earlier));
        }
        List<RecordPatch> given = new ArrayList<>(doubts.settled(patches, update.batch()));
        if (page.getConsistent()) {
            given.addAll(doubts.unsettled(patches, update.batch()));
        }
        update.patch(given);
        boolean consistent = page.getConsistent() || applied.consistent();
        ReplicaMeta.Progress next = ReplicaMeta.Progress.of(page);
        Position reached = page.getConsistent() ? next.position() : Position.START;
        JudgedRuns.Passed passed = state.acceptedPassedBy(reached);
        forget(update, passed.seqs());
        state.carried().forget(update, reached);
        update.finish();
        ReplicaMeta.putProgress(update.batch(), ReplicaMeta.APPLIED, page, consistent);
        staging.removePages(update.batch());
        storage.write(update.batch(), Durability.BUFFERED);
        update.written();
        doubts.written(given);
        applied = new ReplicaMeta.Progress(next.cursor(), next.position(), consistent);
        staging.pagesRemoved();
        state.carried().forgotten(reached);
        state.confirmed(passed, update);
    }

    /**
     * Makes what is ready the base, in one batch: the rows of records that nothing is unconfirmed of are moved, the others patched.
     *
     * @return how many records there were, 0 if nothing was ready
     */
    long applyReady() {
        while (staging.prepareNext()) {}
        ReplicaMeta.Progress ready = staging.ready();
        if (ready == null) {
            return 0;
        }
        BaseUpdate update = new BaseUpdate(state);
        List<RecordPatch> patches = new ArrayList<>();
        try (StagedChanges changes = new StagedChanges(storage, state.followed())) {
            staging.forEachRow((key, row) -> {
                if (update.isMovable(key, row)) {
                    update.move(key, row);
                    changes.add(key, row);
                } else {
                    patches.add(RecordPatch.of(key, row));
                }
            });
            update.patch(patches);
            JudgedRuns.Passed passed = state.acceptedPassedBy(ready.position());
            forget(update, passed.seqs());
            state.carried().forget(update, ready.position());
            update.finish();
            ReplicaMeta.putProgress(update.batch(), ReplicaMeta.APPLIED, ready);
            staging.removeReady(update.batch());
            storage.write(update.batch(), Durability.BUFFERED);
            update.written();
            applied = ready;
            staging.readyRemoved();
            state.carried().forgotten(ready.position());
            state.confirmed(passed, update);
            changes.tell(state::tell);
            return changes.count() + patches.size();
        }
    }

    /** Adds to an update that commits are in the base now; one that became a sync error before stays that. */
    void forget(BaseUpdate update, List<Long> seqs) {
        state.log().pending(state.replica(), seqs).forEach(commit -> update.forget(PENDING, commit));
    }
}
