package io.anabranch.relay.admission;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The links of the commits judged lately, so that a batch that ends before its replica's head is not taken for what was judged when it is
 * another copy's: two copies of one store may both have a connection. In memory, some 10 MB; what was judged before a restart cannot be
 * sent on a connection that was opened before it. For the thread that orders.
 */
final class RecentLinks {

    private static final int COUNT_MAX = 100_000;

    private record Place(long replica, long endSeq) {}

    private final Map<Place, Long> links = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Long> eldest) {
            return size() > COUNT_MAX;
        }
    };

    /** The link of the commit before a sequence number. */
    void put(long replica, long endSeq, byte[] link) {
        links.put(new Place(replica, endSeq), start(link));
    }

    /** Whether it is known that this is not the link there. */
    boolean contradicts(long replica, long endSeq, byte[] link) {
        Long known = links.get(new Place(replica, endSeq));
        return known != null && known != start(link);
    }

    private static long start(byte[] link) {
        return ByteBuffer.wrap(link).getLong();
    }
}
