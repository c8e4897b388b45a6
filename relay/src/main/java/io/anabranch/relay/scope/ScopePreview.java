package io.anabranch.relay.scope;

import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.schema.Configuration;
import java.util.List;
import java.util.Map;

/**
 * What a change of configuration would do to what users have.
 *
 * @param users those that would get or lose records, by name
 * @param matchingNothing the rules that no record fulfils, for whatever user
 * @param alwaysTrue the rules that every record of their type fulfils, for every user they are for
 * @param typesWithoutRule the types that have records and that no rule speaks of
 * @param problems the rules that cannot be followed
 */
public record ScopePreview(
        List<UserChange> users,
        List<String> matchingNothing,
        List<String> alwaysTrue,
        List<String> typesWithoutRule,
        List<ScopeProblem> problems) {

    /** Copies the lists. */
    public ScopePreview {
        users = List.copyOf(users);
        matchingNothing = List.copyOf(matchingNothing);
        alwaysTrue = List.copyOf(alwaysTrue);
        typesWithoutRule = List.copyOf(typesWithoutRule);
        problems = List.copyOf(problems);
    }

    /**
     * Living records and the bytes of their keys and states.
     *
     * @param records how many
     * @param size bytes
     */
    public record Amount(long records, long size) {

        static final Amount NONE = new Amount(0, 0);

        Amount and(Amount other) {
            return new Amount(records + other.records, size + other.size);
        }
    }

    /**
     * What would change for a user.
     *
     * @param user the name
     * @param entering what the user would get
     * @param leaving what the user would lose
     * @param after what the user would have
     */
    public record UserChange(String user, Amount entering, Amount leaving, Amount after) {}

    /**
     * Reads all records once, so it costs some seconds for each million; what it keeps in memory is the references that the
     * rules follow, and as many numbers as there are different ways for records to be in buckets.
     *
     * @param view the store
     * @param storeId the store's id
     * @param asked what it would do
     */
    public static ScopePreview of(RelayView view, byte[] storeId, Asked asked) {
        ScopePlan before = ScopePlan.of(ConfigurationRecords.of(asked.present), storeId);
        ScopePlan after = ScopePlan.of(ConfigurationRecords.of(asked.proposed), storeId);
        return new PreviewScan(view, before, after, asked.devices).preview();
    }

    /**
     * A change of configuration, and on which devices it would be seen.
     *
     * @param present the configuration as it is
     * @param proposed the configuration as it would be
     * @param devices the devices of each user who has any: what a user gets or loses is told of all of them together, each record once
     */
    public record Asked(Configuration present, Configuration proposed, Map<String, List<Scopes.Reader>> devices) {

        /** Copies the map. */
        public Asked {
            devices = Map.copyOf(devices);
        }
    }
}
