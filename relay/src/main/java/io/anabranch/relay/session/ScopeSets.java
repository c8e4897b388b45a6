package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The scope sets that cursors name by their hash: in a table of the store, those lately used also in memory. Thread-safe. */
final class ScopeSets {

    private static final int REMEMBERED_MAX = 10_000;

    private final RelayTable table;
    private final Map<ByteString, ScopeSet> remembered =
            Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteString, ScopeSet> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            });

    ScopeSets(RelayStore store) {
        this.table = store.table("scope-sets");
    }

    /** Makes sure that the set is found by its hash from now on, also after a crash. */
    void keep(ScopeSet set) {
        ByteString hash = set.hash();
        if (!set.isEmpty() && !remembered.containsKey(hash)) {
            table.putIfAbsent(hash.toByteArray(), set.encode());
            remembered.put(hash, set);
        }
    }

    /** The set of a hash. */
    ScopeSet find(ByteString hash) {
        if (hash.isEmpty()) {
            return ScopeSet.EMPTY;
        }
        ScopeSet known = remembered.get(hash);
        if (known == null) {
            byte[] stored = table.get(hash.toByteArray());
            if (stored == null) {
                throw new StaleCursorException("the cursor's scope is not known to this relay; refresh this device");
            }
            known = ScopeSet.decode(stored);
            remembered.put(hash, known);
        }
        return known;
    }
}
