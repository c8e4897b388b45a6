package io.anabranch.relay.server.web;

import io.anabranch.relay.server.web.Overview.DeviceLine;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** An overview as JSON, for the console's script and for other programs. */
final class OverviewJson {

    private OverviewJson() {}

    static JsonObject of(Overview overview) {
        JsonObject records = new JsonObject();
        overview.recordsByType().forEach(records::put);
        JsonArray devices = new JsonArray();
        overview.devices().forEach(device -> devices.add(device(device)));
        return new JsonObject()
                .put("version", overview.version())
                .put("relayMillis", overview.relayMillis())
                .put("startedMillis", overview.startedMillis())
                .put("epoch", overview.epoch())
                .put("sequence", overview.sequence())
                .put("users", overview.users())
                .put("connected", overview.connected())
                .put("records", overview.records())
                .put("recordsByType", records)
                .put("devices", devices)
                .put("problems", new JsonArray(overview.problems()));
    }

    private static JsonObject device(DeviceLine device) {
        return new JsonObject()
                .put("replica", device.replica())
                .put("user", device.user())
                .put("name", device.name())
                .put("connected", device.connected())
                .put("lastSyncMillis", device.lastSyncMillis())
                .put("appliedSequence", device.appliedSequence())
                .put("behind", device.behind())
                .put("pending", device.pending())
                .put("errors", device.errors());
    }
}
