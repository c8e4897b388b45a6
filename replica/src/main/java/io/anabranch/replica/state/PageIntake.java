package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;
import static io.anabranch.replica.state.ReplicaFamilies.STAGED;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.proto.Page;
import io.anabranch.proto.PendingCommit;
import io.anabranch.proto.Resumption;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Takes pages from the relay: applies what is consistent, stages what is not, and forgets the commits that are passed. */
final class PageIntake {

    private final ReplicaState state;
    private final Storage storage;
    private ReplicaMeta.Progress applied;
    private ReplicaMeta.Progress staged;
    private long stagedCount;
    /** Whether the base may be ahead of the cursor, which a reconciliation has set back. */
    private boolean ahead;

    PageIntake(ReplicaState state) {
        this.state = state;
        this.storage = state.storage();
        this.applied = ReplicaMeta.progress(storage, ReplicaMeta.APPLIED);
        this.staged = ReplicaMeta.progress(storage, ReplicaMeta.STAGED);
        this.stagedCount = stagedPages().size();
        this.ahead = storage.get(META, ReplicaMeta.AHEAD) != null;
    }

    /** The position of the base, {@link Position#START} while the first filling is not complete. */
    Position appliedPosition() {
        return applied.consistent() ? applied.position() : Position.START;
    }

    /** How far the download has come, staged pages included. */
    ReplicaMeta.Progress progress() {
        return stagedCount > 0 ? staged : applied;
    }

    /** The cursor of what is applied, staged pages left out; empty at first. */
    byte[] appliedCursor() {
        return applied.cursor();
    }

    /** Whether the base may have what comes after the cursor. */
    boolean isAhead() {
        return ahead;
    }

    /** Goes on from another place, as the relay says after a reconciliation. What is staged is of another order, and comes again. */
    void resume(WriteBatch batch, Resumption resumption, boolean nowAhead) {
        for (long i = 0; i < stagedCount; i++) {
            batch.delete(STAGED, ReplicaFamilies.number(i));
        }
        batch.delete(META, ReplicaMeta.STAGED);
        if (nowAhead) {
            batch.put(META, ReplicaMeta.AHEAD, new byte[0]);
        }
        if (!resumption.getCursor().isEmpty()) {
            Page place = Page.newBuilder()
                    .setCursor(resumption.getCursor())
                    .setPosition(resumption.getPosition())
                    .build();
            ReplicaMeta.putProgress(batch, ReplicaMeta.APPLIED, place, applied.consistent());
        }
    }

    /** To be called when the batch of {@link #resume} is written. */
    void resumed(boolean nowAhead) {
        applied = ReplicaMeta.progress(storage, ReplicaMeta.APPLIED);
        staged = ReplicaMeta.Progress.NONE;
        stagedCount = 0;
        ahead = nowAhead;
    }

    void receive(Page page) {
        if (isRepeated(page)) {
            return;
        }
        requireNext(page);
        List<RecordPatch> patches = RecordPatch.listOf(page);
        if (page.getConsistent() || !applied.consistent()) {
            apply(page, patches);
        } else {
            // What is malformed is refused now and not when all is applied.
            patches.forEach(RecordPatch::newer);
            stage(page);
        }
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
        for (Page earlier : stagedCount > 0 ? stagedPages() : List.<Page>of()) {
            update.patch(RecordPatch.listOf(earlier));
        }
        update.patch(patches);
        boolean consistent = page.getConsistent() || applied.consistent();
        ReplicaMeta.Progress next = ReplicaMeta.Progress.of(page);
        JudgedRuns.Passed passed = state.acceptedPassedBy(page.getConsistent() ? next.position() : Position.START);
        forget(update, passed.seqs());
        update.finish();
        ReplicaMeta.putProgress(update.batch(), ReplicaMeta.APPLIED, page, consistent);
        // One by one: tombstones of ranges make every later scan slower, and a live device takes a page for each edit.
        for (long i = 0; i < stagedCount; i++) {
            update.batch().delete(STAGED, ReplicaFamilies.number(i));
        }
        if (stagedCount > 0) {
            update.batch().delete(META, ReplicaMeta.STAGED);
        }
        boolean stillAhead = ahead && !page.getConsistent();
        if (ahead && !stillAhead) {
            update.batch().delete(META, ReplicaMeta.AHEAD);
        }
        storage.write(update.batch(), Durability.BUFFERED);
        update.written();
        applied = new ReplicaMeta.Progress(next.cursor(), next.position(), consistent);
        stagedCount = 0;
        ahead = stillAhead;
        state.confirmed(passed, update);
    }

    /** Adds to an update that commits are in the base now; one that became a sync error before stays that. */
    void forget(BaseUpdate update, List<Long> seqs) {
        for (PendingCommit row : state.log().pending(seqs)) {
            update.forget(PENDING, row.getBody());
        }
    }

    private void stage(Page page) {
        WriteBatch batch = new WriteBatch();
        batch.put(STAGED, ReplicaFamilies.number(stagedCount), page.toByteArray());
        ReplicaMeta.putProgress(batch, ReplicaMeta.STAGED, page, false);
        storage.write(batch, Durability.BUFFERED);
        staged = ReplicaMeta.Progress.of(page);
        stagedCount++;
    }

    private List<Page> stagedPages() {
        List<Page> pages = new ArrayList<>();
        try (Scan scan = storage.scan(STAGED, new byte[0], null)) {
            while (scan.next()) {
                pages.add(Page.parseFrom(scan.value()));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("a staged page is damaged; refresh the store", Map.of(), e);
        }
        return pages;
    }
}
