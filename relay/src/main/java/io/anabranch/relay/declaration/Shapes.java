package io.anabranch.relay.declaration;

import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.FieldAccess;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.ValidationRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The shape of a declaration. */
final class Shapes {

    private static final Shape TEXT = new Shape.Text();
    private static final Shape BOOL = new Shape.Bool();
    private static final Shape TEXTS = new Shape.ListOf(TEXT);

    private static final Shape FIELD = new Shape.Keys(
            keys(
                    "kind",
                    new Shape.Choice(List.of("register", "multi", "counter", "set", "flag")),
                    "type",
                    words(Content.values()),
                    "length",
                    new Shape.Count(1),
                    "precision",
                    new Shape.Count(1),
                    "scale",
                    new Shape.Count(0),
                    "values",
                    TEXTS,
                    "valuesFor",
                    new Shape.Named(TEXTS),
                    "required",
                    BOOL,
                    "unique",
                    BOOL,
                    "references",
                    TEXT,
                    "mayDangle",
                    BOOL,
                    "readOnly",
                    BOOL,
                    "indexed",
                    BOOL,
                    "default",
                    new Shape.Scalar(),
                    "label",
                    TEXT),
            "type");

    private static final Shape VALIDATION = new Shape.Keys(
            keys(
                    "when", new Shape.ListOf(words(ValidationRule.Event.values())),
                    "recordTypes", TEXTS,
                    "check", TEXT,
                    "message", TEXT),
            "");

    private static final Shape TYPE = new Shape.Keys(
            keys(
                    "label",
                    TEXT,
                    "life",
                    new Shape.Choice(List.of("editWins", "deleteWins")),
                    "lock",
                    TEXT,
                    "recordTypes",
                    TEXTS,
                    "fields",
                    new Shape.Named(FIELD),
                    "validations",
                    new Shape.Named(VALIDATION)),
            "");

    private static final Shape ACCESS = new Shape.Keys(
            keys(
                    "create", BOOL,
                    "read", BOOL,
                    "edit", BOOL,
                    "delete", BOOL,
                    "rows", TEXT,
                    "fields", new Shape.Named(words(FieldAccess.values()))),
            "");

    private static final Shape PROFILE =
            new Shape.Keys(keys("administrator", BOOL, "types", new Shape.Named(ACCESS)), "");

    private static final Shape RULE = new Shape.Keys(
            keys(
                    "type", TEXT,
                    "kind", words(ScopeRule.Kind.values()),
                    "where", TEXT,
                    "parent", TEXT,
                    "deviceTypes", TEXTS,
                    "profiles", TEXTS,
                    "columns", TEXTS,
                    "metadataOnly", BOOL,
                    "attachments", words(AttachmentPolicy.values()),
                    "active", BOOL),
            "");

    private static final Shape USER = new Shape.Keys(
            keys(
                    "profile", TEXT,
                    "active", BOOL,
                    "attributes", new Shape.Named(new Shape.ListOf(new Shape.Scalar()))),
            "");

    /** A whole file. */
    static final Shape.Keys DECLARATION = new Shape.Keys(
            keys(
                    "types", new Shape.Named(TYPE),
                    "profiles", new Shape.Named(PROFILE),
                    "rules", new Shape.Named(RULE),
                    "users", new Shape.Named(USER)),
            "");

    private Shapes() {}

    private static Shape words(Enum<?>[] constants) {
        return new Shape.Choice(Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList());
    }

    private static Map<String, Shape> keys(Object... keysAndShapes) {
        Map<String, Shape> keys = new LinkedHashMap<>();
        for (int i = 0; i < keysAndShapes.length; i += 2) {
            keys.put((String) keysAndShapes[i], (Shape) keysAndShapes[i + 1]);
        }
        return keys;
    }
}
