package io.anabranch.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of dots: the causal context of a record, or the part of one that a delta speaks of. Immutable.
 *
 * <p>Kept as spans of consecutive numbers per replica, so a context without holes costs one span for each replica that
 * ever wrote, however many writes there were. A set operation costs the number of spans.
 */
public final class DotSet {

    /** No dots. */
    public static final DotSet EMPTY = new DotSet(new long[0], new long[0][]);

    /** Ascending, unsigned. */
    private final long[] replicas;
    /** For each replica first, last, first, last …: ascending, with a gap before each. */
    private final long[][] spans;

    private DotSet(long[] replicas, long[][] spans) {
        this.replicas = replicas;
        this.spans = spans;
    }

    /** The dots of one replica from {@code first} to {@code last}, both included. */
    public static DotSet ofSpan(long replica, long first, long last) {
        return new Builder().add(replica, first, last).build();
    }

    /** Of parts in the form in which they are kept, which are not copied. */
    static DotSet ofParts(long[] replicas, long[][] spans) {
        return replicas.length == 0 ? EMPTY : new DotSet(replicas, spans);
    }

    /** Whether the dot is in the set. */
    public boolean contains(Dot dot) {
        int at = indexOf(replicas, dot.replica());
        return at >= 0 && contains(at, dot.n());
    }

    boolean contains(int index, long n) {
        return Spans.contain(spans[index], n, n);
    }

    /** The greatest {@code n} of a replica, 0 if there is none. */
    public long last(long replica) {
        int at = indexOf(replicas, replica);
        return at < 0 ? 0 : spans[at][spans[at].length - 1];
    }

    /** The dots of one replica as those of another. */
    DotSet inNameOf(long other) {
        if (replicas.length > 1) {
            throw new IllegalArgumentException("these are the dots of several replicas");
        }
        return isEmpty() ? this : new DotSet(new long[] {other}, spans);
    }

    /** Whether there are no dots. */
    public boolean isEmpty() {
        return replicas.length == 0;
    }

    /** The dots that are in either. */
    public DotSet union(DotSet other) {
        if (other.isEmpty()) {
            return this;
        } else if (isEmpty()) {
            return other;
        }
        int count = replicas.length + other.replicas.length;
        long[] ids = new long[count];
        long[][] united = new long[count][];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < replicas.length || j < other.replicas.length) {
            int order = order(i, other, j);
            ids[size] = order <= 0 ? replicas[i] : other.replicas[j];
            long[] left = order <= 0 ? spans[i++] : Spans.NONE;
            long[] right = order >= 0 ? other.spans[j++] : Spans.NONE;
            united[size++] = Spans.unite(left, right);
        }
        return ofParts(Arrays.copyOf(ids, size), Arrays.copyOf(united, size));
    }

    /** The dots that are in both. */
    public DotSet intersection(DotSet other) {
        Builder builder = new Builder();
        for (int i = 0; i < replicas.length; i++) {
            int j = indexOf(other.replicas, replicas[i]);
            if (j >= 0) {
                Spans.intersect(builder, replicas[i], spans[i], other.spans[j]);
            }
        }
        return builder.build();
    }

    /** The dots of one replica. */
    public DotSet of(long replica) {
        int at = indexOf(replicas, replica);
        return at < 0 ? EMPTY : new DotSet(new long[] {replica}, new long[][] {spans[at]});
    }

    /** Whether every dot of the other set is in this one. */
    public boolean containsAll(DotSet other) {
        for (int i = 0; i < other.replicas.length; i++) {
            int at = indexOf(replicas, other.replicas[i]);
            if (at < 0 || !Spans.containAll(spans[at], other.spans[i])) {
                return false;
            }
        }
        return true;
    }

    /** The ids of the replicas that have dots in the set, ascending unsigned. */
    public long[] replicas() {
        return replicas.clone();
    }

    int replicaCount() {
        return replicas.length;
    }

    long replicaAt(int index) {
        return replicas[index];
    }

    int indexOf(long replica) {
        return indexOf(replicas, replica);
    }

    /** First and last of each span in turn; not to be written to. */
    long[] spansAt(int index) {
        return spans[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DotSet that
                && Arrays.equals(replicas, that.replicas)
                && Arrays.deepEquals(spans, that.spans);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(replicas) + Arrays.deepHashCode(spans);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < replicas.length; i++) {
            text.append(i == 0 ? "" : ", ").append(Long.toHexString(replicas[i]));
            for (int j = 0; j < spans[i].length; j += 2) {
                text.append(' ').append(spans[i][j]).append("..").append(spans[i][j + 1]);
            }
        }
        return text.append('}').toString();
    }

    private int order(int i, DotSet other, int j) {
        if (i == replicas.length || j == other.replicas.length) {
            return i == replicas.length ? 1 : -1;
        }
        return Long.compareUnsigned(replicas[i], other.replicas[j]);
    }

    private static int indexOf(long[] replicas, long replica) {
        int low = 0;
        int high = replicas.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(replicas[middle], replica);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /** Collects dots in any order. Not thread-safe. */
    public static final class Builder {

        private final List<Span> collected = new ArrayList<>();

        private record Span(long replica, long first, long last) implements Comparable<Span> {
            @Override
            public int compareTo(Span other) {
                int byReplica = Long.compareUnsigned(replica, other.replica);
                return byReplica != 0 ? byReplica : Long.compare(first, other.first);
            }
        }

        /** Adds one dot. */
        public Builder add(Dot dot) {
            return add(dot.replica(), dot.n(), dot.n());
        }

        /** Adds the dots of a replica from {@code first} to {@code last}, both included. */
        public Builder add(long replica, long first, long last) {
            if (first < 1 || last < first || last > Dot.N_MAX) {
                throw new IllegalArgumentException("a span of dots is out of range: " + first + ".." + last);
            }
            collected.add(new Span(replica, first, last));
            return this;
        }

        /** Adds every dot of a set. */
        public Builder addAll(DotSet dots) {
            for (int i = 0; i < dots.replicas.length; i++) {
                for (int j = 0; j < dots.spans[i].length; j += 2) {
                    add(dots.replicas[i], dots.spans[i][j], dots.spans[i][j + 1]);
                }
            }
            return this;
        }

        /** The set of what was added. */
        public DotSet build() {
            if (collected.isEmpty()) {
                return EMPTY;
            }
            collected.sort(null);
            List<Span> merged = merged();
            int replicaCount = replicaCount(merged);
            long[] replicas = new long[replicaCount];
            long[][] spans = new long[replicaCount][];
            int next = 0;
            for (int i = 0; i < merged.size(); next++) {
                int end = endOfReplica(merged, i);
                replicas[next] = merged.get(i).replica;
                spans[next] = flat(merged.subList(i, end));
                i = end;
            }
            return new DotSet(replicas, spans);
        }

        private List<Span> merged() {
            List<Span> merged = new ArrayList<>();
            Span open = collected.get(0);
            for (Span span : collected) {
                if (span.replica == open.replica && span.first <= open.last + 1) {
                    open = new Span(open.replica, open.first, Math.max(open.last, span.last));
                } else {
                    merged.add(open);
                    open = span;
                }
            }
            merged.add(open);
            return merged;
        }

        private static int replicaCount(List<Span> sorted) {
            int count = 0;
            for (int i = 0; i < sorted.size(); i = endOfReplica(sorted, i)) {
                count++;
            }
            return count;
        }

        private static int endOfReplica(List<Span> sorted, int from) {
            int end = from + 1;
            while (end < sorted.size() && sorted.get(end).replica == sorted.get(from).replica) {
                end++;
            }
            return end;
        }

        private static long[] flat(List<Span> sorted) {
            long[] flat = new long[2 * sorted.size()];
            for (int i = 0; i < sorted.size(); i++) {
                flat[2 * i] = sorted.get(i).first;
                flat[2 * i + 1] = sorted.get(i).last;
            }
            return flat;
        }
    }
}
