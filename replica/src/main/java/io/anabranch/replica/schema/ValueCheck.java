package io.anabranch.replica.schema;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.content.AttachmentRef;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges a single value by the definition of its field. */
final class ValueCheck {

    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@.]+(\\.[^\\s@.]+)+");
    private static final Pattern URL = Pattern.compile("https?://[^\\s/]+\\S*");
    private static final int DATE_LENGTH = 10;

    private final FieldType field;
    private final Set<String> values;

    ValueCheck(FieldType field) {
        this.field = field;
        this.values = Set.copyOf(field.picklist().values());
    }

    /** Why the value cannot be in the field, null if it can. */
    @Nullable
    Rejection check(RecordKey key, Value value, String recordType) {
        if (!isOfType(value)) {
            return Refusals.wrongType(key, field.name(), ConfigurationReader.written(field.content()));
        }
        if (field.content() == Content.PICKLIST && !isChoice(value.toString(), recordType)) {
            return Refusals.notInPicklist(key, field.name(), value.toString());
        }
        return limits(key, value);
    }

    private boolean isChoice(String value, String recordType) {
        return field.picklist().valuesFor().containsKey(recordType)
                ? field.picklist().valuesOf(recordType).contains(value)
                : values.contains(value);
    }

    private boolean isOfType(Value value) {
        return switch (field.content()) {
            case ANY -> true;
            case TEXT, PICKLIST, REFERENCE -> value instanceof Value.Text;
            case INTEGER -> value instanceof Value.Whole;
            case DECIMAL ->
                value instanceof Value.Whole || (value instanceof Value.Real real && Double.isFinite(real.number()));
            case BOOLEAN -> value instanceof Value.Bool;
            case DATE -> value instanceof Value.Text text && isDate(text.text());
            case DATETIME ->
                value instanceof Value.Whole || (value instanceof Value.Text text && isInstant(text.text()));
            case EMAIL ->
                value instanceof Value.Text text && EMAIL.matcher(text.text()).matches();
            case URL ->
                value instanceof Value.Text text && URL.matcher(text.text()).matches();
            case BYTES -> value instanceof Value.Binary;
            case ATTACHMENT -> AttachmentRef.of(value).isPresent();
        };
    }

    private static boolean isDate(String text) {
        try {
            return text.length() == DATE_LENGTH && LocalDate.parse(text).getYear() >= 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isInstant(String text) {
        try {
            return OffsetDateTime.parse(text).getYear() >= 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private @Nullable Rejection limits(RecordKey key, Value value) {
        int lengthMax = field.limits().length();
        if (lengthMax > 0 && length(value) > lengthMax) {
            return Refusals.tooLong(key, field.name(), "length", lengthMax);
        }
        int precision = field.limits().precision();
        if (precision == 0) {
            return null;
        }
        int scaleMax = field.limits().scale();
        BigDecimal number = number(value);
        if (number.scale() > scaleMax) {
            return Refusals.tooLong(key, field.name(), "scale", scaleMax);
        }
        return number.precision() - number.scale() > precision - scaleMax
                ? Refusals.tooLong(key, field.name(), "precision", precision)
                : null;
    }

    private static int length(Value value) {
        if (value instanceof Value.Text text) {
            return text.text().codePointCount(0, text.text().length());
        }
        return value instanceof Value.Binary binary ? binary.bytes().length : 0;
    }

    private static BigDecimal number(Value value) {
        if (value instanceof Value.Whole whole) {
            return BigDecimal.valueOf(whole.number());
        } else if (value instanceof Value.Real real && Double.isFinite(real.number())) {
            return BigDecimal.valueOf(real.number()).stripTrailingZeros();
        }
        return BigDecimal.ZERO;
    }
}
