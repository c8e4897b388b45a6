package io.anabranch.relay.scope;

import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.RelayView.BucketSize;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How much a user has by rules, and by which. A record in several buckets counts several times. */
final class ScopeSizes {

    private final RelayView view;
    private final Map<Long, BucketSize> known = new HashMap<>();

    ScopeSizes(RelayView view) {
        this.view = view;
    }

    /**
     * Checks that a user has no more than the limits.
     *
     * @throws ScopeLimitException if it is more; it names the rule that gives most
     */
    void requireWithin(ScopeLimits limits, ScopePlan plan, Subject subject, Set<String> ready) {
        Map<String, Set<Long>> byRule = new TreeMap<>();
        Set<Long> all = new HashSet<>();
        for (Grant grant : plan.grantsOf(subject)) {
            Set<Long> buckets = byRule.computeIfAbsent(grant.rule(), rule -> new HashSet<>());
            buckets.addAll(plan.buckets(grant, subject, ready));
            all.addAll(buckets);
        }
        BucketSize total = sum(all);
        if (total.records() > limits.recordsMax()) {
            String rule = largest(byRule, true);
            throw tooMuch(
                    subject,
                    rule,
                    sum(byRule.getOrDefault(rule, Set.of())).records() + " of " + total.records() + " records, and "
                            + limits.recordsMax() + " are allowed");
        } else if (total.size() > limits.sizeMax()) {
            String rule = largest(byRule, false);
            throw tooMuch(
                    subject,
                    rule,
                    sum(byRule.getOrDefault(rule, Set.of())).size() + " of " + total.size() + " bytes, and "
                            + limits.sizeMax() + " are allowed");
        }
    }

    private static ScopeLimitException tooMuch(Subject subject, String rule, String numbers) {
        return new ScopeLimitException("The scope of " + subject.account().name() + " is too large. Narrow the rule "
                + rule + ": it gives " + numbers + ".");
    }

    private String largest(Map<String, Set<Long>> byRule, boolean records) {
        String largest = "";
        long most = -1;
        for (Map.Entry<String, Set<Long>> rule : byRule.entrySet()) {
            BucketSize size = sum(rule.getValue());
            long much = records ? size.records() : size.size();
            if (much > most) {
                most = much;
                largest = rule.getKey();
            }
        }
        return largest;
    }

    private BucketSize sum(Set<Long> buckets) {
        long records = 0;
        long size = 0;
        for (long bucket : buckets) {
            BucketSize one = known.computeIfAbsent(bucket, view::bucketSize);
            records += one.records();
            size += one.size();
        }
        return new BucketSize(records, size);
    }
}
