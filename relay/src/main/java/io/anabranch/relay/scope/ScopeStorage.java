package io.anabranch.relay.scope;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.relay.store.RelayView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Keeps a {@link ScopeState} in a table of the store: the rules that are served, and how far the clauses are. */
final class ScopeStorage {

    private static final String TABLE = "scopes";
    private static final byte[] SERVED = "served".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PROGRESS = "progress".getBytes(StandardCharsets.UTF_8);

    private final RelayStore store;

    ScopeStorage(RelayStore store) {
        this.store = store;
    }

    /** The state as it was stored, on the way to a configuration. */
    ScopeState restored(ConfigurationRecords wanted, RelayView view) {
        RelayTable table = store.table(TABLE);
        byte @Nullable [] progress = table.get(PROGRESS);
        byte @Nullable [] served = table.get(SERVED);
        ScopePlan plan = ScopePlan.of(wanted, store.storeId());
        if (progress == null || served == null) {
            boolean isEmpty = view.recordsAfter(null, 1).isEmpty();
            return isEmpty ? ScopeState.serving(plan) : ScopeState.unbuilt(plan);
        }
        ConfigurationRecords old = ConfigurationRecords.decode(served).withUsersOf(wanted);
        ScopePlan before = ScopePlan.of(old, store.storeId());
        return restored(progress, before, plan);
    }

    private static ScopeState restored(byte[] progress, ScopePlan before, ScopePlan plan) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(progress);
            Set<String> ready = new HashSet<>();
            for (int left = in.readUInt32(); left > 0; left--) {
                ready.add(in.readString());
            }
            ScopeState state =
                    new ScopeState(before, before, new Maintained(List.of(before)), ready, null).toward(plan);
            Build build = state.build();
            byte[] encoded = in.readByteArray();
            return build == null || encoded.length == 0 ? state : state.built(build.resumed(encoded));
        } catch (IOException e) {
            throw new IllegalStateException("the progress of scopes is damaged; restore the relay's data", e);
        }
    }

    /** Stores a state. The rules first: what is ready stays so by either. */
    void store(ScopeState state) {
        RelayTable table = store.table(TABLE);
        for (RowChange row : rows(state)) {
            byte @Nullable [] value = row.value();
            if (value != null && !Arrays.equals(value, table.get(row.key()))) {
                table.put(row.key(), value);
            }
        }
    }

    /** The rows of a state that is entered from another with a round. */
    List<RowChange> rows(ScopeState before, ScopeState after) {
        return before.isServedLike(after) ? List.of(progress(after)) : rows(after);
    }

    private static List<RowChange> rows(ScopeState state) {
        return List.of(new RowChange(TABLE, SERVED, state.served().records().encodeWithoutUsers()), progress(state));
    }

    private static RowChange progress(ScopeState state) {
        ByteString.Output bytes = ByteString.newOutput();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeUInt32NoTag(state.ready().size());
            for (String name : new TreeSet<>(state.ready())) {
                out.writeStringNoTag(name);
            }
            Build build = state.build();
            out.writeByteArrayNoTag(build == null ? new byte[0] : build.encode());
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory could not be written", e);
        }
        return new RowChange(TABLE, PROGRESS, bytes.toByteString().toByteArray());
    }
}
