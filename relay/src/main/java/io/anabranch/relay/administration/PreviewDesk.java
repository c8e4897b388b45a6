package io.anabranch.relay.administration;

import io.anabranch.crdt.Record;
import io.anabranch.proto.Device;
import io.anabranch.proto.ScopeChange;
import io.anabranch.proto.ScopePreviewReply;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.scope.ScopePreview;
import io.anabranch.relay.scope.ScopeProblem;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what a change of configuration would do to what users have. */
final class PreviewDesk {

    private final ConfigurationDesk desk;
    private final DeviceTable devices;

    PreviewDesk(ConfigurationDesk desk, DeviceTable devices) {
        this.desk = desk;
        this.devices = devices;
    }

    ScopePreviewReply preview(List<ConfigurationEdit> edits) {
        List<ConfigurationRecord> now = desk.records().stream()
                .filter(Record::alive)
                .map(ConfigurationRecord::of)
                .toList();
        Configuration present = Configuration.of(now, Set.of());
        Configuration proposed = Configuration.of(ConfigurationEdit.applied(edits, now), Set.of());
        try (RelayView view = desk.store().view()) {
            ScopePreview.Asked asked = new ScopePreview.Asked(present, proposed, readers());
            return reply(ScopePreview.of(view, desk.store().storeId(), asked));
        }
    }

    private Map<String, List<Scopes.Reader>> readers() {
        return devices.list().stream()
                .map(device -> new Scopes.Reader(device.getReplica(), device.getUser(), device.getType()))
                .collect(Collectors.groupingBy(Scopes.Reader::user));
    }

    private ScopePreviewReply reply(ScopePreview preview) {
        Map<String, Long> pending = new HashMap<>();
        for (Device device : devices.list()) {
            pending.merge(device.getUser(), device.getPending(), Long::sum);
        }
        ScopePreviewReply.Builder reply = ScopePreviewReply.newBuilder()
                .addAllMatchingNothing(preview.matchingNothing())
                .addAllAlwaysTrue(preview.alwaysTrue())
                .addAllTypesWithoutRule(preview.typesWithoutRule())
                .addAllProblems(
                        preview.problems().stream().map(ScopeProblem::toString).toList());
        for (ScopePreview.UserChange change : preview.users()) {
            boolean loses = change.leaving().records() > 0;
            reply.addUsers(ScopeChange.newBuilder()
                    .setUser(change.user())
                    .setRecordsIn(change.entering().records())
                    .setSizeIn(change.entering().size())
                    .setRecordsOut(change.leaving().records())
                    .setSizeOut(change.leaving().size())
                    .setRecordsAfter(change.after().records())
                    .setSizeAfter(change.after().size())
                    .setPending(loses ? pending.getOrDefault(change.user(), 0L) : 0));
        }
        return reply.build();
    }
}
