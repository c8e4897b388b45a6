package io.anabranch.crdt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The join of the fields of two records: an entry stays if both hold it, or if one holds it and the other has never seen
 * its dot. Both sides are sorted, so it is two merges, one of fields and one of entries.
 */
final class RecordJoin {

    private static final Comparator<Field> BY_NAME = Comparator.comparing(Field::name);

    private final DotSet leftContext;
    private final DotSet rightContext;

    private RecordJoin(DotSet leftContext, DotSet rightContext) {
        this.leftContext = leftContext;
        this.rightContext = rightContext;
    }

    static List<Field> join(Record left, Record right) {
        return new RecordJoin(left.context(), right.context()).fields(left.fields(), right.fields());
    }

    private List<Field> fields(List<Field> left, List<Field> right) {
        List<Field> joined = new ArrayList<>(left.size() + right.size());
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            int order = order(left, i, right, j, BY_NAME);
            Field mine = order <= 0 ? left.get(i++) : null;
            Field theirs = order >= 0 ? right.get(j++) : null;
            Field field = field(mine, theirs);
            if (field != null) {
                joined.add(field);
            }
        }
        return joined;
    }

    private @Nullable Field field(@Nullable Field mine, @Nullable Field theirs) {
        Field present = mine != null ? mine : theirs;
        if (present == null) {
            return null;
        }
        List<Entry> left = mine == null ? List.of() : mine.entries();
        List<Entry> right = theirs == null ? List.of() : theirs.entries();
        List<Entry> entries = entries(left, right);
        Fold fold = later(mine == null ? null : mine.fold(), theirs == null ? null : theirs.fold());
        if (entries.isEmpty() && fold == null) {
            return null;
        }
        boolean unchanged = entries.equals(present.entries()) && Objects.equals(fold, present.fold());
        return unchanged ? present : new Field(present.name(), fold, entries);
    }

    private List<Entry> entries(List<Entry> left, List<Entry> right) {
        List<Entry> joined = new ArrayList<>(left.size() + right.size());
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            int order = order(left, i, right, j, Comparator.naturalOrder());
            if (order == 0) {
                joined.add(left.get(i++));
                j++;
            } else if (order < 0) {
                addUnlessSeen(joined, left.get(i++), rightContext);
            } else {
                addUnlessSeen(joined, right.get(j++), leftContext);
            }
        }
        return joined;
    }

    private static void addUnlessSeen(List<Entry> joined, Entry entry, DotSet seen) {
        if (!seen.contains(entry.dot())) {
            joined.add(entry);
        }
    }

    /** Compares the heads of two sorted lists; an exhausted list comes after the other. */
    private static <T> int order(List<T> left, int i, List<T> right, int j, Comparator<? super T> comparator) {
        if (i == left.size() || j == right.size()) {
            return i == left.size() ? 1 : -1;
        }
        return comparator.compare(left.get(i), right.get(j));
    }

    private static @Nullable Fold later(@Nullable Fold left, @Nullable Fold right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.at().compareTo(right.at()) >= 0 ? left : right;
    }
}
