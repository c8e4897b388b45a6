package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.query.Truth;
import io.anabranch.replica.schema.ValidationRule.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges changes by a configuration: rights, schema, validation. The relay asks it of every commit, a device of its own before they are
 * saved. Pure: the same arguments give the same answer. Thread-safe. Takes some microseconds a change; what it needs of a type is
 * prepared once.
 *
 * <pre>{@code
 * CommitCheck check = new CommitCheck(configuration);
 * Optional<Rejection> no = check.check(writer, new Change(before, after, delta), surroundings);
 * }</pre>
 *
 * <h2>What is asked of an old record</h2>
 *
 * A schema may ask more today than when a record was made. Only what a change touches is judged then: a record that lacks a newly required
 * field, or holds a value that is no longer in its picklist, may be edited elsewhere; what is written must be right, and a required field
 * that has a value cannot lose it; a validation rule is asked if the change touches a field that it speaks of. A text of blanks is no value. Fields that the schema does not name may be cleared, but not written.
 *
 * <p>Rights are asked first, so that who has none learns nothing of the record. Rows are asked before and after: nobody changes what is not
 * theirs, or gives themselves what is not.
 */
public final class CommitCheck {

    private final Configuration configuration;
    private final Map<String, TypeCheck> types;
    private final Map<String, Optional<RecordCondition>> rows;

    /** A check by this configuration. Costs some 0.1 ms for each condition. */
    public CommitCheck(Configuration configuration) {
        this.configuration = configuration;
        this.types = new HashMap<>();
        this.rows = new ConcurrentHashMap<>();
        configuration.types().forEach((name, type) -> types.put(name, new TypeCheck(type)));
    }

    private CommitCheck(Configuration configuration, CommitCheck prepared) {
        this.configuration = configuration;
        this.types = prepared.types;
        this.rows = prepared.rows;
    }

    /** This check after changes of users alone; nothing has to be prepared. */
    public CommitCheck withUsers(Iterable<Record> changed) {
        return new CommitCheck(configuration.withUsers(changed), this);
    }

    /** The configuration that it goes by. */
    public Configuration configuration() {
        return configuration;
    }

    /** Why the change of one record is rejected, with a message that says what to do; empty if it is not. */
    public Optional<Rejection> check(Writer writer, Change change, Surroundings surroundings) {
        if (ConfigurationType.isReserved(change.key().type())) {
            return Optional.of(Refusals.reserved(change.key()));
        }
        Profile profile = configuration.profileOf(writer.user());
        Asking asking = new Asking(writer, surroundings);
        Rejection denied = access(profile, change, asking);
        if (denied != null) {
            return Optional.of(denied);
        } else if (configuration.removedTypes().contains(change.key().type())) {
            return Optional.of(Refusals.typeRemoved(change.key()));
        }
        TypeCheck type = types.get(change.key().type());
        if (type == null) {
            return Optional.empty();
        }
        String readOnly = profile.administrator() ? null : type.readOnly(change);
        if (readOnly != null) {
            return Optional.of(Refusals.readOnly(change.key(), readOnly));
        } else if (!profile.administrator() && type.isLocked(change, asking)) {
            return Optional.of(Refusals.locked(change.key()));
        }
        return Optional.ofNullable(type.check(change, asking));
    }

    private @Nullable Rejection access(Profile profile, Change change, Asking asking) {
        if (!asking.writer().user().active()) {
            return Refusals.noAccess(change.key(), "active");
        }
        TypeAccess access = profile.access(change.key().type());
        if (!may(access, change)) {
            return Refusals.noAccess(change.key(), ConfigurationReader.written(change.event()));
        }
        if (!access.fields().isEmpty()) {
            for (String field : change.touched()) {
                if (access.field(field) != FieldAccess.EDIT) {
                    return Refusals.noFieldAccess(change.key(), field);
                }
            }
        }
        return isOfItsRows(access, change, asking) ? null : Refusals.noAccess(change.key(), "row");
    }

    /** Two people who make the same record at once both create; that the second finds it there is not the second's doing. */
    private static boolean may(TypeAccess access, Change change) {
        return switch (change.event()) {
            case CREATE -> access.create();
            case EDIT -> access.edit() || (access.create() && change.delta().creates());
            case DELETE -> access.delete();
        };
    }

    private boolean isOfItsRows(TypeAccess access, Change change, Asking asking) {
        if (access.rows().isBlank()) {
            return true;
        }
        Optional<RecordCondition> condition = rows.computeIfAbsent(access.rows(), RecordCondition::of);
        if (condition.isEmpty()) {
            return false;
        }
        RecordCondition rule = condition.get();
        return !rule.isDecidable(asking.surroundings())
                || ((change.before().isEmpty() || rule.of(change.before(), asking) == Truth.TRUE)
                        && (change.event() == Event.DELETE || rule.of(change.after(), asking) == Truth.TRUE));
    }
}
