package io.anabranch.crdt;

import java.util.Arrays;

/**
 * Arithmetic of the spans of one replica in a {@link DotSet}: first, last, first, last …, ascending, with a gap before each.
 */
final class Spans {

    static final long[] NONE = {};

    private Spans() {}

    static long[] unite(long[] left, long[] right) {
        if (left.length == 0 || right.length == 0) {
            return left.length == 0 ? right : left;
        }
        long[] united = new long[left.length + right.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < left.length || j < right.length) {
            boolean isLeft = j == right.length || (i < left.length && left[i] <= right[j]);
            long first = isLeft ? left[i] : right[j];
            long last = isLeft ? left[i + 1] : right[j + 1];
            i += isLeft ? 2 : 0;
            j += isLeft ? 0 : 2;
            if (size > 0 && first <= united[size - 1] + 1) {
                united[size - 1] = Math.max(united[size - 1], last);
            } else {
                united[size++] = first;
                united[size++] = last;
            }
        }
        return Arrays.copyOf(united, size);
    }

    static void intersect(DotSet.Builder builder, long replica, long[] left, long[] right) {
        int i = 0;
        int j = 0;
        while (i < left.length && j < right.length) {
            long first = Math.max(left[i], right[j]);
            long last = Math.min(left[i + 1], right[j + 1]);
            if (first <= last) {
                builder.add(replica, first, last);
            }
            if (left[i + 1] < right[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
    }

    static boolean containAll(long[] spans, long[] others) {
        for (int i = 0; i < others.length; i += 2) {
            if (!contain(spans, others[i], others[i + 1])) {
                return false;
            }
        }
        return true;
    }

    static boolean contain(long[] spans, long first, long last) {
        int low = 0;
        int high = spans.length / 2 - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (spans[2 * middle + 1] < first) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return spans[2 * low] <= first && last <= spans[2 * low + 1];
    }
}
