package io.anabranch.relay.session;

import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.Memberships.Membership;

/**
 * How a device stands to a record, as far as the record's memberships tell.
 *
 * @param visible what it is to see of the record now
 * @param held what it had of the record at {@code since} for certain, and was not told to drop since
 * @param possible what it may have of the record beside what is visible
 * @param mayHave whether it may have been given the record at all
 * @param place of the record's last entry in the feeds that the device reads
 */
record Standing(Columns visible, Columns held, Columns possible, boolean mayHave, long place) {

    /** Whether the device needs nothing, or only what changed after {@code since}. */
    boolean isUpToDateAtSince() {
        return visible.any() && held.equals(visible) && visible.covers(possible);
    }

    /** Judges records for one page. */
    static final class Judge {

        private final ScopeSet target;
        private final ScopeSet had;
        private final ScopeSet sure;
        private final ScopeSet possible;
        private final long since;
        private final long reached;
        private final long firstBegun;
        private final long begun;
        private final boolean uncertain;

        Judge(DownloadCursor cursor) {
            Holdings holdings = cursor.holdings();
            this.target = holdings.target();
            this.had = holdings.had();
            this.sure = holdings.sure();
            this.possible = holdings.possible();
            this.since = cursor.since().sequence();
            this.reached = cursor.mark().sequence();
            Transition transition = holdings.transition();
            this.firstBegun = transition == null ? since : transition.firstBegun();
            this.begun = transition == null ? since : transition.begun();
            this.uncertain = cursor.isUncertain();
        }

        /** Whether the device may have been given a record because of a membership; not if that ended before it could be. */
        private boolean mayHaveBeenGivenBy(Membership one) {
            boolean known = possible.contains(one.bucket());
            if (uncertain && known) {
                return true;
            }
            long earliest = had.contains(one.bucket()) ? since : known ? firstBegun : begun;
            return one.firstEntered() <= reached && (!one.left() || one.place() > earliest);
        }

        Standing of(Memberships memberships) {
            Columns visible = Columns.NONE;
            Columns held = Columns.NONE;
            Columns steady = Columns.NONE;
            Columns beside = Columns.NONE;
            boolean mayHave = false;
            long place = 0;
            for (Membership one : memberships.all()) {
                Columns now = target.columns(one.bucket());
                Columns before = possible.columns(one.bucket());
                if (!now.any() && !before.any()) {
                    continue;
                }
                mayHave |= mayHaveBeenGivenBy(one);
                place = now.any() ? Math.max(place, one.place()) : place;
                if (!one.left()) {
                    visible = visible.and(now);
                    held = one.entered() <= since ? held.and(sure.columns(one.bucket())) : held;
                    steady = one.entered() <= begun ? steady.and(now) : steady;
                }
                if (!one.left() || one.place() > since || uncertain) {
                    beside = beside.and(before).and(now);
                }
            }
            // What was told on the way to the target showed at least what is steady: else it may have been less than
            // what was held.
            boolean kept = !uncertain && steady.equals(visible);
            return new Standing(visible, kept ? held : Columns.NONE, beside, mayHave, place);
        }
    }
}
