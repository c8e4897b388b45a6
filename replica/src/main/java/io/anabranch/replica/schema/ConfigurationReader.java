package io.anabranch.replica.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.anabranch.crdt.RecordEdit.DeleteRule;
import io.anabranch.crdt.Value;
import io.anabranch.replica.schema.ValidationRule.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Reads one configuration record, leaving out what cannot be read. */
final class ConfigurationReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String recordName;
    private final SortedMap<String, String> registers;

    ConfigurationReader(ConfigurationRecord record) {
        this.recordName = record.name();
        this.registers = record.registers();
    }

    ObjectType objectType() {
        List<FieldType> fields = new ArrayList<>();
        List<ValidationRule> validations = new ArrayList<>();
        each("field.", (name, json) -> fields.add(FieldJson.read(name, json)));
        each("validation.", (name, json) -> validations.add(validation(name, json)));
        return new ObjectType(
                recordName,
                text("label"),
                fields,
                validations,
                List.copyOf(texts(json("recordTypes"))),
                text("life").equals("deleteWins") ? DeleteRule.DELETE_WINS : DeleteRule.EDIT_WINS,
                text("lock"));
    }

    Profile profile() {
        Map<String, TypeAccess> types = new TreeMap<>();
        each("type.", (name, json) -> types.put(name, access(json)));
        return new Profile(recordName, bool("administrator", false), types);
    }

    /** The rule; empty if it is of a kind that this version does not know. */
    Optional<ScopeRule> rule() {
        return constant(ScopeRule.Kind.class, text("kind"))
                .map(kind -> new ScopeRule(
                        recordName,
                        text("type"),
                        kind,
                        text("where"),
                        text("parent"),
                        new TreeSet<>(texts(json("deviceTypes"))),
                        new TreeSet<>(texts(json("profiles"))),
                        texts(json("columns")),
                        bool("metadataOnly", false),
                        constant(AttachmentPolicy.class, text("attachments")).orElse(AttachmentPolicy.NONE),
                        bool("active", true)));
    }

    UserAccount user() {
        Map<String, List<Value>> attributes = new TreeMap<>();
        each("attr.", (name, json) -> attributes.put(name, values(json)));
        return new UserAccount(recordName, text("profile"), bool("active", true), attributes);
    }

    private static ValidationRule validation(String name, JsonNode json) {
        Set<Event> events = new TreeSet<>();
        texts(json.path("when")).forEach(event -> constant(Event.class, event).ifPresent(events::add));
        return new ValidationRule(
                name,
                json.has("when") ? events : Set.of(Event.CREATE, Event.EDIT),
                new TreeSet<>(texts(json.path("recordTypes"))),
                json.path("check").asText(""),
                json.path("message").asText(""));
    }

    private static TypeAccess access(JsonNode json) {
        Map<String, FieldAccess> fields = new HashMap<>();
        json.path("fields")
                .properties()
                .forEach(field -> fields.put(
                        field.getKey(),
                        constant(FieldAccess.class, field.getValue().asText("")).orElse(FieldAccess.NONE)));
        return new TypeAccess(
                json.path("create").asBoolean(false),
                json.path("read").asBoolean(false),
                json.path("edit").asBoolean(false),
                json.path("delete").asBoolean(false),
                json.path("rows").asText(""),
                fields);
    }

    /** The fields whose names begin with this, each with the rest of its name; those that are not JSON are given as missing. */
    private void each(String prefix, BiConsumer<String, JsonNode> reads) {
        for (String name : registers.tailMap(prefix).keySet()) {
            if (!name.startsWith(prefix)) {
                return;
            } else if (name.length() > prefix.length()) {
                reads.accept(name.substring(prefix.length()), json(name));
            }
        }
    }

    private JsonNode json(String register) {
        try {
            JsonNode json = JSON.readTree(text(register));
            return json == null ? MissingNode.getInstance() : json;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private String text(String register) {
        return registers.getOrDefault(register, "");
    }

    private boolean bool(String register, boolean otherwise) {
        String text = text(register);
        return text.isEmpty() ? otherwise : text.equals("true");
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** A value, or all of a list of values; what is neither text, number nor boolean is left out. */
    static List<Value> values(JsonNode json) {
        List<Value> values = new ArrayList<>();
        if (json.isArray()) {
            json.forEach(element -> value(element).ifPresent(values::add));
        } else {
            value(json).ifPresent(values::add);
        }
        return values;
    }

    static Optional<Value> value(JsonNode json) {
        if (json.isTextual()) {
            return Optional.of(Value.of(json.textValue()));
        } else if (json.isBoolean()) {
            return Optional.of(Value.of(json.booleanValue()));
        } else if (json.isIntegralNumber() && json.canConvertToLong()) {
            return Optional.of(Value.of(json.longValue()));
        }
        return json.isNumber() ? Optional.of(Value.of(json.doubleValue())) : Optional.empty();
    }

    /** The constant that is written like this: {@code CHILD_AND_PARENT} as {@code child-and-parent}. */
    static <E extends Enum<E>> Optional<E> constant(Class<E> type, String written) {
        for (E constant : type.getEnumConstants()) {
            if (written(constant).equals(written)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
