package io.anabranch.relay.cli;

import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.wire.MalformedMessageException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A rejected commit, for people and for programs. */
final class RejectedText {

    private static final int CONTENT_LENGTH_MAX = 120;

    private RejectedText() {}

    /** What the commands call it. */
    static String id(RejectedCommit commit) {
        return HexFormat.of().toHexDigits(commit.getReplica()) + "/" + commit.getSeq();
    }

    static List<String> cells(RejectedCommit commit) {
        Rejection why = commit.getRejection();
        String content = content(commit).encode();
        return List.of(
                id(commit),
                commit.getUser(),
                why.getCode().name(),
                why.getType().isEmpty() ? "" : why.getType() + "/" + why.getId(),
                why.getField(),
                why.getMessage(),
                commit.getNote(),
                content.length() <= CONTENT_LENGTH_MAX ? content : content.substring(0, CONTENT_LENGTH_MAX) + "…");
    }

    static String json(RejectedCommit commit) {
        return object(commit)
                .put("rejectedMillis", commit.getRejectedMillis())
                .put("rejection", rejection(commit.getRejection()))
                .put("note", commit.getNote())
                .put("content", content(commit))
                .encode();
    }

    static String judged(RejectedCommit commit, boolean accepted) {
        JsonObject object = object(commit).put("accepted", accepted);
        return accepted
                ? object.encode()
                : object.put("rejection", rejection(commit.getRejection())).encode();
    }

    private static JsonObject object(RejectedCommit commit) {
        return new JsonObject()
                .put("id", id(commit))
                .put("replica", HexFormat.of().toHexDigits(commit.getReplica()))
                .put("seq", commit.getSeq())
                .put("user", commit.getUser());
    }

    private static JsonObject rejection(Rejection why) {
        JsonObject details = new JsonObject();
        new TreeMap<>(why.getDetailsMap()).forEach(details::put);
        return new JsonObject()
                .put("code", why.getCode().name())
                .put("type", why.getType())
                .put("id", why.getId())
                .put("field", why.getField())
                .put("message", why.getMessage())
                .put("details", details);
    }

    /** What the commit writes, record by record; what it only takes away is not told. */
    private static JsonArray content(RejectedCommit commit) {
        JsonArray content = new JsonArray();
        try {
            for (Record delta : Commit.decode(commit.getBody().toByteArray()).deltas()) {
                JsonObject fields = new JsonObject();
                delta.fields().stream()
                        .filter(field -> !field.name().equals(FieldName.LIFE))
                        .forEach(field -> fields.put(field.name().name(), written(field)));
                content.add(new JsonObject()
                        .put("type", delta.key().type())
                        .put("id", delta.key().id())
                        .put("creates", delta.creates())
                        .put("fields", fields));
            }
        } catch (MalformedMessageException e) {
            content.add(new JsonObject().put("unreadable", commit.getBody().size()));
        }
        return content;
    }

    private static Object written(Field field) {
        List<Object> values = field.entries().stream().map(RejectedText::value).toList();
        boolean several = field.name().kind().equals(Kind.SET) || values.size() != 1;
        return several ? new JsonArray(values) : values.get(0);
    }

    private static Object value(Entry entry) {
        Value value = entry.key() == null ? entry.value() : entry.key();
        if (value instanceof Value.Whole whole) {
            return whole.number();
        } else if (value instanceof Value.Real real && Double.isFinite(real.number())) {
            return real.number();
        } else if (value instanceof Value.Binary binary) {
            return new JsonObject(Map.of("$base64", Base64.getEncoder().encodeToString(binary.bytes())));
        } else if (value instanceof Value.Bool bool) {
            return bool.bool();
        }
        return value == null ? (Object) true : value.toString();
    }
}
