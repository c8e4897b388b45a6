package io.anabranch.relay.server.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of some content that a request wants, as RFC 9110 section 14 says. Of several ranges, and of what is not understood, the
 * whole is given, which is always right.
 *
 * @param kind what to answer
 * @param first the first byte
 * @param end after the last byte
 */
record ByteRange(Kind kind, long first, long end) {

    private static final Pattern ONE = Pattern.compile("bytes=[ \\t]*(\\d{0,18})-(\\d{0,18})[ \\t]*");

    /** What to answer. */
    enum Kind {
        /** 200 with everything. */
        WHOLE,
        /** 206 with a part. */
        PART,
        /** 416. */
        UNSATISFIABLE
    }

    /** The range of a header, null if there is none, over content of a size. */
    static ByteRange parse(@Nullable String header, long size) {
        Matcher one = ONE.matcher(header == null ? "" : header);
        if (!one.matches()) {
            return whole(size);
        }
        String first = one.group(1);
        String last = one.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? whole(size) : suffix(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return whole(size);
        } else if (from >= size) {
            return new ByteRange(Kind.UNSATISFIABLE, 0, 0);
        }
        return new ByteRange(Kind.PART, from, to >= size ? size : to + 1);
    }

    private static ByteRange suffix(long count, long size) {
        return count == 0 || size == 0
                ? new ByteRange(Kind.UNSATISFIABLE, 0, 0)
                : new ByteRange(Kind.PART, Math.max(0, size - count), size);
    }

    private static ByteRange whole(long size) {
        return new ByteRange(Kind.WHOLE, 0, size);
    }

    long size() {
        return end - first;
    }
}
